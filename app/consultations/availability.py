"""Which times can be booked. What is shown, what is accepted and what is explained to the owner are asked for here.

All of it is the engine of `slots.py` over what `host_time.py` reads, in a fixed number of queries. A booking is decided
by asking again inside its own write; that two writers never get the same hour is the cells' doing.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.consultations.host_time import Ignored, hosts_of, time_of
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.notice import earliest_start, last_bookable_day
from app.consultations.slots import Reason, Refusal, Terms, free_starts
from app.consultations.slots import refusals as refusals_in
from app.consultations.travel import NO_TRAVEL, Travel
from app.consultations.windows import DAY
from app.core.language import local_zone
from app.core.wall_clock import start_of_day

AN_AGE = timedelta(days=3660)
"""Nobody books so far from now, and calendars end."""


class FreeTime(NamedTuple):
    """A start, in UTC, that a host can take."""

    starts_at: datetime
    host_id: int


def free_times(
    kind: ConsultationKind,
    first_on: date,
    last_on: date,
    now: datetime,
    *,
    travel: Travel = NO_TRAVEL,
    host: Host | None = None,
    ignoring: Ignored = None,
) -> list[FreeTime]:
    """What can be booked of a kind on these local days, the earliest first and by host: all of its hosts, or only one.

    `travel` is the way to where a visit goes. `ignoring` is what counts as if it were not there: the booking that is to
    be moved, or the hold that is to become one. Days beyond the horizon or gone by have none.
    """
    first_on, last_on = max(first_on, _today(now)), min(last_on, _last_day(kind, now))
    if first_on > last_on:
        return []
    hosts = [each for each in hosts_of(kind) if host is None or each.id == host.id]
    terms = _terms(kind, first_on, last_on, now, travel)
    return sorted(
        FreeTime(start, host_id)
        for host_id, time in time_of(hosts, kind, first_on, last_on, now, ignoring).items()
        for start in free_starts(time.windows, time.busy, terms, time.counted)
    )


def why_not(
    kind: ConsultationKind,
    host: Host,
    start: datetime,
    now: datetime,
    *,
    travel: Travel = NO_TRAVEL,
    ignoring: Ignored = None,
) -> Refusal | None:
    """The rule (the first in the order of Reason) that keeps `start` out of `free_times` for that host, if any.

    Whether the kind is published is not asked: we may book what visitors cannot.
    """
    return next(iter(refusals(kind, host, start, now, travel=travel, ignoring=ignoring)), None)


def refusals(
    kind: ConsultationKind,
    host: Host,
    start: datetime,
    now: datetime,
    *,
    travel: Travel = NO_TRAVEL,
    ignoring: Ignored = None,
) -> list[Refusal]:
    """Every rule that keeps it from visitors, and all that takes the host then: what to weigh before we book anyway."""
    day, today = start.astimezone(local_zone()).date(), _today(now)
    if abs(day - today) > AN_AGE:
        return [Refusal(Reason.TOO_SOON if day < today else Reason.TOO_FAR)]
    time = time_of([host], kind, day, day, now, ignoring)[host.id]
    found = refusals_in(start, time.windows, time.busy, _terms(kind, day, day, now, travel), time.counted)
    is_held = host.id in {each.id for each in hosts_of(kind)}
    return found if is_held else [Refusal(Reason.NOT_HELD), *found]


def nearest_free(
    kind: ConsultationKind,
    start: datetime,
    now: datetime,
    *,
    count: int = 3,
    travel: Travel = NO_TRAVEL,
    host: Host | None = None,
    ignoring: Ignored = None,
) -> list[datetime]:
    """The free starts nearest to `start`, at most `count` and the earliest first: what to offer when it is taken."""
    free = free_times(kind, _today(now), _last_day(kind, now), now, travel=travel, host=host, ignoring=ignoring)
    starts = {time.starts_at for time in free}
    return sorted(sorted(starts, key=lambda each: (abs(each - start), each))[:count])


def _terms(kind: ConsultationKind, first_on: date, last_on: date, now: datetime, travel: Travel) -> Terms:
    """The rules of a kind for starts on these days. Nobody sets out for a visit before it is booked."""
    zone = local_zone()
    return Terms(
        duration_minutes=kind.length_minutes,
        step_minutes=kind.step_minutes,
        buffer_before_minutes=kind.buffer_before_minutes,
        buffer_after_minutes=kind.buffer_after_minutes,
        travel_before_minutes=travel.minutes,
        travel_after_minutes=travel.minutes,
        earliest_start=max(
            earliest_start(now, kind.notice, kind.notice_unit, zone),
            now + timedelta(minutes=travel.minutes),
            start_of_day(first_on, zone),
        ),
        starts_before=start_of_day(min(last_on, _last_day(kind, now)) + DAY, zone),
        most_per_day=kind.most_per_day,
        most_per_week=kind.most_per_week,
        weekdays=frozenset(map(int, travel.weekdays)),
        zone=zone,
    )


def _today(now: datetime) -> date:
    return now.astimezone(local_zone()).date()


def _last_day(kind: ConsultationKind, now: datetime) -> date:
    return last_bookable_day(now, kind.horizon_days, local_zone())
