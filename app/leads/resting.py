"""Until when a lead rests, in the words one says it: a month, a quarter, half a year."""

from calendar import monthrange
from datetime import date
from enum import StrEnum

from app.core.workdays import is_working_day, next_working_day


class RestPreset(StrEnum):
    """The usual answers to "how long?"; `other` is a day of one's own."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    OTHER = "other"


MONTHS = {RestPreset.MONTH: 1, RestPreset.QUARTER: 3, RestPreset.HALF_YEAR: 6}


def rest_day(preset: RestPreset, today: date) -> date:
    """The working day that a rest of that length ends on. `other` has no day: KeyError."""
    return working_day_from(months_on(today, MONTHS[preset]))


def working_day_from(day: date) -> date:
    """The day itself, or the next working day where it is none."""
    return day if is_working_day(day) else next_working_day(day)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last one that a shorter month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
