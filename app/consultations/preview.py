"""The coming weeks as visitors will see them: how many times each day has, and on one day every half hour."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from app.consultations.availability import free_times
from app.consultations.host_time import hours_of
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.notice import last_bookable_day
from app.consultations.windows import DAY, DayOff, HostHours
from app.core.language import local_zone
from app.core.wall_clock import moment_of, monday_of

WEEKS = 4
HALF_HOUR = 30
SHOWN_FROM, SHOWN_UNTIL = 8 * 60, 18 * 60
"""The wall-clock minutes between which a day's half hours are shown, and more where it is open longer."""
LATEST_SHOWN = 23 * 60 + HALF_HOUR


class DayNote(StrEnum):
    """Why a day has no times, in a word."""

    GONE = "gone"
    HOLIDAY = "holiday"
    EVE = "eve"
    CLOSED = "closed"
    TOO_FAR = "too_far"
    NONE_LEFT = "none_left"


NOTES = {DayOff.HOLIDAY: DayNote.HOLIDAY, DayOff.EVE: DayNote.EVE, None: DayNote.CLOSED}
"""What is noted of a closed day, by what closes it beside its own hours and the week's."""


@dataclass(frozen=True, slots=True)
class SeenDay:
    """One day: the free starts in UTC, and where there is none, why."""

    on: date
    starts: tuple[datetime, ...]
    note: DayNote | None


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A time of a day by the clock on the wall, and whether visitors see it."""

    clock: time
    is_free: bool


def coming_weeks(kind: ConsultationKind, host: Host, now: datetime) -> list[list[SeenDay]]:
    """This week and the three after it, Monday first."""
    zone = local_zone()
    today = now.astimezone(zone).date()
    monday = monday_of(today)
    days = [monday + number * DAY for number in range(7 * WEEKS)]
    hours = hours_of([host], days[-1] + DAY)[host.id]
    last_on = last_bookable_day(now, kind.horizon_days, zone)
    starts: dict[date, list[datetime]] = defaultdict(list)
    for free in free_times(kind, days[0], days[-1], now, host=host):
        starts[free.starts_at.astimezone(zone).date()].append(free.starts_at)
    seen = [
        SeenDay(day, tuple(starts[day]), None if starts[day] else _note(day, hours, today, last_on)) for day in days
    ]
    return [seen[week * 7 : week * 7 + 7] for week in range(WEEKS)]


def half_hours(day: SeenDay, host: Host) -> Sequence[HalfHour]:
    """Every half hour of a day by the clock on the wall, and the free starts that fall between."""
    zone = local_zone()
    ranges = hours_of([host], day.on)[host.id].of_day(day.on)
    first = min([SHOWN_FROM, *(opens for opens, _closes in ranges)]) // HALF_HOUR * HALF_HOUR
    last = min(LATEST_SHOWN, max([SHOWN_UNTIL, *(closes for _opens, closes in ranges)]))
    minutes = range(first, last + 1, HALF_HOUR)
    shown = {moment_of(day.on, time(*divmod(minute, 60)), zone) for minute in minutes} | {*day.starts}
    return [HalfHour(start.astimezone(zone).time(), start in day.starts) for start in sorted(shown)]


def _note(day: date, hours: HostHours, today: date, last_on: date) -> DayNote:
    if day < today:
        return DayNote.GONE
    if not hours.of_day(day):
        return NOTES[hours.day_off(day)]
    return DayNote.TOO_FAR if day > last_on else DayNote.NONE_LEFT
