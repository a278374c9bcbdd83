"""Of which days a report tells: this month or quarter, the last twelve months, all there is, or days of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from app.core.language import local_zone
from app.core.wall_clock import start_of_day

A_DAY = timedelta(days=1)

YEARS = range(2000, 2200)
"""Beyond them a day is a slip of the hand, and at their ends no moment."""


class Span(StrEnum):
    """The ways to choose a period."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both ends counted; open where an end is missing."""

    span: Span
    first_on: date | None = None
    last_on: date | None = None

    @property
    def days(self) -> int | None:
        """How many days it has; None where an end is open."""
        return (self.last_on - self.first_on).days + 1 if self.first_on and self.last_on else None

    @property
    def before(self) -> "Period | None":
        """The days just before it, as many as it has itself; None where an end is open."""
        if self.first_on is None or self.days is None or self.first_on.toordinal() <= self.days:
            return None
        return Period(Span.DATES, self.first_on - self.days * A_DAY, self.first_on - A_DAY)

    def has_moment(
        self, column: sa.SQLColumnExpression[datetime] | sa.SQLColumnExpression[datetime | None]
    ) -> sa.ColumnElement[bool]:
        """The condition that the column's moment falls on one of the days."""
        zone = local_zone()
        ends: list[sa.ColumnElement[bool]] = [column.is_not(None)]
        if self.first_on:
            ends.append(column >= start_of_day(self.first_on, zone))
        if self.last_on:
            ends.append(column < start_of_day(self.last_on + A_DAY, zone))
        return sa.and_(*ends)

    def has_day(self, column: sa.SQLColumnExpression[date | None]) -> sa.ColumnElement[bool]:
        """The condition that the column's day is one of them."""
        ends: list[sa.ColumnElement[bool]] = [column.is_not(None)]
        if self.first_on:
            ends.append(column >= self.first_on)
        if self.last_on:
            ends.append(column <= self.last_on)
        return sa.and_(*ends)


def period_of(span: Span, today: date) -> Period:
    """The period that a word names, seen from a day, which is its last. Days of one's own are named otherwise."""
    match span:
        case Span.MONTH:
            first: date | None = today.replace(day=1)
        case Span.QUARTER:
            first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        case Span.YEAR:
            first = _a_year_before(today) + A_DAY
        case _:
            return Period(span)
    return Period(span, first, today)


def _a_year_before(day: date) -> date:
    """The same date a year ago; of a leap day the last of February."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def period_asked(asked: Mapping[str, str], today: date) -> Period:
    """The period that an address names; the last twelve months where it names none. Days turned around are put right.

    Raises ValueError for what is no period.
    """
    span = Span(asked.get("period") or Span.YEAR)
    if span is not Span.DATES:
        return period_of(span, today)
    first, last = (date.fromisoformat(asked[name]) if asked.get(name) else None for name in ("from", "to"))
    if any(day and day.year not in YEARS for day in (first, last)):
        raise ValueError("no day of ours")
    if first and last and last < first:
        first, last = last, first
    return Period(span, first, last)


def address_of(period: Period) -> dict[str, str]:
    """What an address says of it, as `period_asked` reads it."""
    days = {"from": period.first_on, "to": period.last_on} if period.span is Span.DATES else {}
    return {"period": period.span, **{name: day.isoformat() for name, day in days.items() if day}}
