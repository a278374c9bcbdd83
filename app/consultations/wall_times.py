"""Starts as people read them: on the clock of the wall they look at, ours or the visitor's own."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.consultations.zones import city_of
from app.core.filters import clock_here, weekday
from app.core.language import local_zone


def start_words(start: datetime, zone: ZoneInfo | None = None) -> str:
    """The time of day in a zone (ours, when none is named): "09.00"; "02.00 (sommartid)" of one that comes twice."""
    local = start.astimezone(zone or local_zone())
    clock = clock_here(local.time())
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return clock
    return str(_("%(clock)s (vintertid)", clock=clock) if local.fold else _("%(clock)s (sommartid)", clock=clock))


def when_words(start: datetime, zone: ZoneInfo | None = None) -> str:
    """The day and the time in a zone (ours, when none is named): "tisdag 24 november kl. 09.00"."""
    day = start.astimezone(zone or local_zone()).date()
    return str(_("%(day)s kl. %(time)s", day=weekday(day), time=start_words(start, zone)))


def words_elsewhere(start: datetime, zone: ZoneInfo) -> str:
    """The start in the visitor's zone: "03.00 i New York", with the day where it is another; empty where both agree."""
    here, there = start.astimezone(local_zone()), start.astimezone(zone)
    if here.replace(tzinfo=None) == there.replace(tzinfo=None):
        return ""
    words = {
        "clock": start_words(start, zone),
        "day": weekday(there.date()),
        "place": city_of(zone),
    }
    if here.date() == there.date():
        return str(_("%(clock)s i %(place)s", **words))
    return str(_("%(day)s %(clock)s i %(place)s", **words))


def by_day(starts: Iterable[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """Starts, in their order, under the days they fall on in that zone. Limits count the host's days nevertheless."""
    return {day: list(times) for day, times in groupby(starts, lambda start: start.astimezone(zone).date())}
