"""Where loans lie in the calendar of units: in which columns, a day each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.core.wall_clock import monday_of
from app.trials.days import A_DAY, days_between

A_WEEK = 7 * A_DAY
WEEKS = 6
COLUMNS = WEEKS * 7


class Days(NamedTuple):
    """Some days on end, the first and the last of them counted."""

    first_on: date
    last_on: date


class Columns(NamedTuple):
    """Which columns something takes: the first of them, from 1, and how many."""

    first: int
    days: int

    @property
    def last(self) -> int:
        return self.first + self.days - 1


class Sheet(NamedTuple):
    """The weeks that are shown, from a Monday on."""

    first_on: date

    @property
    def last_on(self) -> date:
        return self.first_on + (COLUMNS - 1) * A_DAY

    @property
    def days(self) -> Sequence[date]:
        return days_between(self.first_on, self.last_on)

    def columns(self, days: Days) -> Columns | None:
        """Where the days lie, as far as they are shown; None where none of them is."""
        first, last = max(days.first_on, self.first_on), min(days.last_on, self.last_on)
        return Columns((first - self.first_on).days + 1, (last - first).days + 1) if first <= last else None


def sheet_with(today: date) -> Sheet:
    """The weeks that one wants to see on that day: from the week before it on."""
    return Sheet(monday_of(today) - A_WEEK)


@dataclass(frozen=True, slots=True)
class Bar:
    """One loan on a sheet: its days with the borrower, those that it is late, and the pause after it."""

    lent: Columns | None
    late: Columns | None
    pause: Columns | None
    is_cut: bool
    """Whether its last day is not on the sheet."""

    @property
    def is_seen(self) -> bool:
        return any((self.lent, self.late, self.pause))


def bar_of(sheet: Sheet, lent: Days, taken_until: date, late_until: date | None = None) -> Bar:
    """How a loan lies that takes its unit until the end of the pause, and has kept it longer where it is late."""
    after = lent.last_on + A_DAY
    return Bar(
        lent=sheet.columns(lent),
        late=sheet.columns(Days(after, late_until)) if late_until else None,
        pause=sheet.columns(Days(after, taken_until)),
        is_cut=not sheet.first_on <= lent.last_on <= sheet.last_on,
    )
