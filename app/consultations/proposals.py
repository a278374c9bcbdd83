"""Days that one may want to close all at once. Pure: they are shown before anything is done."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from app.consultations.windows import DAY, HostHours
from app.core.workdays import is_eve, is_public_holiday, is_working_day

YEAR = 365
SUMMER_WEEKS = (28, 31)
"""The four weeks of July in which most of Sweden is away."""


class Proposal(StrEnum):
    """Which days are meant."""

    SUMMER = "summer"
    BRIDGES = "bridges"
    EVES = "eves"


def next_summer(today: date, first_week: int, last_week: int) -> list[date]:
    """Monday of one week (ISO 8601) to Sunday of another: this year, or next where that is over. No days gone by.

    None where the weeks stand the wrong way round, or the year has no such week.
    """
    for year in (today.year, today.year + 1):
        try:
            first, last = date.fromisocalendar(year, first_week, 1), date.fromisocalendar(year, last_week, 7)
        except ValueError:
            continue
        if last >= today:
            days = (first + timedelta(days=number) for number in range((last - first).days + 1))
            return [day for day in days if day >= today]
    return []


def bridges(days: Iterable[date], hours: HostHours) -> list[date]:
    """Working days alone between two that are none, when the host would be open."""
    return [
        day
        for day in days
        if is_working_day(day) and not is_working_day(day - DAY) and not is_working_day(day + DAY) and hours.of_day(day)
    ]


def eves(days: Iterable[date], hours: HostHours) -> list[date]:
    """The eves, and the working days before a public holiday, when the host would be open."""
    return [
        day
        for day in days
        if (is_eve(day) or (is_working_day(day) and is_public_holiday(day + DAY))) and hours.of_day(day)
    ]


def coming_year(today: date) -> Sequence[date]:
    """The days in which proposals are looked for."""
    return [today + number * DAY for number in range(YEAR)]
