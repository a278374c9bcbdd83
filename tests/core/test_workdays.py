from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays.countries.sweden import Sweden

from app.core.workdays import (
    end_of_next_working_day,
    is_eve,
    is_public_holiday,
    is_working_day,
    next_working_day,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SINCE_THE_LAW_CHANGED = range(2005, 2100)
"""The national day became a holiday instead of Whit Monday."""


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 11, 21), False),
        (date(2026, 5, 14), False),
        (date(2026, 6, 19), False),
        (date(2026, 12, 24), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 6), False),
        (date(2026, 5, 15), True),
    ],
)
def test_working_days_know_weekends_holidays_and_eves(day: date, is_one: bool) -> None:
    assert is_working_day(day) is is_one


@pytest.mark.parametrize("year", SINCE_THE_LAW_CHANGED)
def test_a_year_has_the_public_holidays_and_eves_that_others_count(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]

    closed = {day for day in days if not is_working_day(day)}

    holidays = Sweden(years=year, categories=("public", "de_facto"))
    assert closed == {day for day in days if day.weekday() >= 5 or day in holidays}


@pytest.mark.parametrize("year", SINCE_THE_LAW_CHANGED)
def test_public_holidays_and_eves_are_told_apart(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]

    assert {day for day in days if is_public_holiday(day)} == set(Sweden(years=year, include_sundays=False)) & set(days)
    assert {day for day in days if is_eve(day)} == set(Sweden(years=year, categories=("de_facto",))) & set(days)


def test_the_working_day_after_the_wednesday_before_christmas_is_monday() -> None:
    assert next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("asked", "answered_by"),
    [
        ("2026-11-23T09:00", "2026-11-24T16:00:00+00:00"),
        ("2026-11-20T22:00", "2026-11-23T16:00:00+00:00"),
        ("2026-03-27T09:00", "2026-03-30T15:00:00+00:00"),
        ("2026-10-23T23:30", "2026-10-26T16:00:00+00:00"),
    ],
)
def test_an_answer_is_due_when_the_next_working_day_closes_local_time(asked: str, answered_by: str) -> None:
    due_at = end_of_next_working_day(datetime.fromisoformat(asked).replace(tzinfo=STOCKHOLM), STOCKHOLM, time(17))

    assert due_at.isoformat() == answered_by
