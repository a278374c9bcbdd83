"""When a host is open: weekly hours, days that differ and holidays go in, open windows as moments come out. Pure.

Hours are minutes on the wall's clock. A time that the clocks skip in spring is the one an hour later, and of one that
comes twice in autumn the first is meant; what then ends where it starts, or before, is no window.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.consultations.spans import Span, merged
from app.core.wall_clock import moment_of, start_of_day
from app.core.workdays import is_eve, is_public_holiday

DAY = timedelta(days=1)
LONG_AGO = date(2020, 1, 1)
"""The grid of a host who is open day and night for years starts here."""


class HoursOfDay(NamedTuple):
    """A range of wall-clock minutes; past 1440 it is the morning after, and still belongs to the day it began."""

    opens_minute: int
    closes_minute: int


class DayOff(StrEnum):
    """A day on which hosts may be closed, whatever their week says."""

    HOLIDAY = "holiday"
    EVE = "eve"


class WeeklyHours(NamedTuple):
    """A range of every such weekday (Monday is 0), from and until a day where they are given."""

    weekday: int
    opens_minute: int
    closes_minute: int
    valid_from_on: date | None = None
    valid_until_on: date | None = None


@dataclass(frozen=True, slots=True)
class HostHours:
    """When one host is open."""

    weekly: Sequence[WeeklyHours]
    overrides: Mapping[date, Sequence[HoursOfDay]]
    """Days that differ: their hours instead of the weekly ones and of any holiday, none where they are closed."""
    is_closed_on_holidays: bool = True
    is_closed_on_eves: bool = True

    def of_day(self, day: date) -> Sequence[HoursOfDay]:
        """The ranges that begin on a day."""
        if day in self.overrides:
            return self.overrides[day]
        if self.day_off(day):
            return ()
        return [
            HoursOfDay(hours.opens_minute, hours.closes_minute)
            for hours in self.weekly
            if hours.weekday == day.weekday()
            and (hours.valid_from_on is None or hours.valid_from_on <= day)
            and (hours.valid_until_on is None or day <= hours.valid_until_on)
        ]

    def day_off(self, day: date) -> DayOff | None:
        """What closes a day, unless it has hours of its own; None where the week holds, or those hours do."""
        if day in self.overrides:
            return None
        if self.is_closed_on_holidays and is_public_holiday(day):
            return DayOff.HOLIDAY
        return DayOff.EVE if self.is_closed_on_eves and is_eve(day) else None


def open_windows(hours: HostHours, first_on: date, last_on: date, zone: ZoneInfo) -> list[Span]:
    """The open windows, in UTC, that touch these local days. What meets is one window, also over midnight.

    Each begins where it opens, though that be days before: its grid starts there. What is open when the last day ends
    goes on until it closes, or through the day after.
    """
    since = first_on - 2 * DAY
    windows = _touching(hours, since, first_on, last_on, zone)
    may_have_opened_earlier = windows and windows[0][0] <= start_of_day(since + DAY, zone)
    return _touching(hours, min(since, LONG_AGO), first_on, last_on, zone) if may_have_opened_earlier else windows


def _touching(hours: HostHours, since: date, first_on: date, last_on: date, zone: ZoneInfo) -> list[Span]:
    begins, ends = start_of_day(first_on, zone), start_of_day(last_on + DAY, zone)
    windows = merged(_ranges(hours, since, last_on + DAY, zone))
    return [(opens, closes) for opens, closes in windows if opens < ends and begins < closes]


def _ranges(hours: HostHours, since: date, until: date, zone: ZoneInfo) -> Iterator[Span]:
    for number in range((until - since).days + 1):
        day = since + number * DAY
        for opens, closes in hours.of_day(day):
            yield _moment(day, opens, zone), _moment(day, closes, zone)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, minute = divmod(minute, 24 * 60)
    return moment_of(day + days * DAY, time(*divmod(minute, 60)), zone)
