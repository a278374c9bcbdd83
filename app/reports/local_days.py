"""Local days and months in the database, which knows moments alone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel.dates import format_date

from app.core.language import current_language
from app.reports.medians import SECONDS_OF_A_DAY
from app.reports.periods import A_DAY

EPOCH = date(1970, 1, 1)
MOST_MONTHS = 12
_AN_HOUR = timedelta(hours=1)
_THURSDAY = 3
"""The day of the week that 1970 began with, Monday being 0."""


def wall_seconds(
    seconds: sa.ColumnElement[int], zone: ZoneInfo, first: datetime, last: datetime
) -> sa.ColumnElement[int]:
    """Seconds since 1970 by the clock on the wall, right for moments between the two."""
    offsets = list(_offsets(zone, first, last))
    ahead: sa.ColumnElement[int] = sa.literal(offsets[-1][1], sa.Integer)
    if len(offsets) > 1:
        moved = ((seconds < int(until.timestamp()), by) for until, by in offsets[:-1])
        ahead = sa.case(*moved, else_=offsets[-1][1])
    return seconds + ahead


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, int]]:
    """How far the wall is ahead of UTC, in seconds, and until when; clocks are moved on the hour."""
    moment = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    ahead = _ahead(moment, zone)
    while moment < last:
        if _ahead(moment + A_DAY, zone) != ahead:
            hours = (moment + number * _AN_HOUR for number in range(1, 25))
            until = next(hour for hour in hours if _ahead(hour, zone) != ahead)
            yield until, ahead
            ahead = _ahead(until, zone)
        moment += A_DAY
    yield moment, ahead


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def day_number(seconds: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """The day of some seconds on the wall, counted from the first of 1970."""
    return seconds // SECONDS_OF_A_DAY


def day_of(number: int) -> date:
    """The day of that number."""
    return EPOCH + number * A_DAY


def number_of(day: date) -> int:
    """The number of that day."""
    return (day - EPOCH).days


def weekday_of(number: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Which day of the week a day is, Monday being 0."""
    return (number + _THURSDAY) % 7


def months_until(first: date, last: date) -> list[date]:
    """The first days of the months of a period: of its last twelve, where it has more."""
    months: list[date] = []
    month = last.replace(day=1)
    while month >= first.replace(day=1) and len(months) < MOST_MONTHS:
        months.append(month)
        month = (month - A_DAY).replace(day=1)
    return months[::-1]


def month_of(number: sa.ColumnElement[int], months: Sequence[date]) -> sa.ColumnElement[int | None]:
    """Which of some months that follow each other a day is in, counted from 0; empty before the first."""
    later_first = sorted(enumerate(months), reverse=True)
    return sa.case(*((number >= number_of(month), place) for place, month in later_first), else_=None)


def month_words(month: date) -> str:
    """A month as it stands under a bar: "nov", and with its year where that begins."""
    pattern = "LLL y" if month.month == 1 else "LLL"
    return format_date(month, pattern, locale=current_language()).replace(".", "")
