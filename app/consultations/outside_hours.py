"""Bookings that the hours do not allow, or allow no more. They stay: what becomes of each is for the host to say."""

from collections.abc import Sequence
from datetime import date, datetime

from app.consultations.host_time import hours_of
from app.consultations.hosts import Host
from app.consultations.models import Consultation
from app.consultations.windows import DAY, HostHours, open_windows
from app.core.language import local_zone


def is_outside_hours(host: Host, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether some of that time lies outside the host's open hours, whatever else is in them."""
    return _is_outside(hours_of([host], _day_of(starts_at) + DAY)[host.id], starts_at, ends_at)


def those_outside_hours(consultations: Sequence[Consultation]) -> list[Consultation]:
    """Those of the bookings that lie outside their hosts' hours as these are now; asked in two queries."""
    last_on = max((_day_of(each.starts_at) for each in consultations), default=date.min)
    hours = hours_of({each.host for each in consultations}, last_on + DAY)
    return [each for each in consultations if _is_outside(hours[each.host_id], each.starts_at, each.ends_at)]


def _is_outside(hours: HostHours, starts_at: datetime, ends_at: datetime) -> bool:
    day = _day_of(starts_at)
    windows = open_windows(hours, day, day, local_zone())
    return not any(opens <= starts_at and ends_at <= closes for opens, closes in windows)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(local_zone()).date()
