from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trials.days import A_DAY
from app.trials.unit_calendar_days import COLUMNS, Columns, Days, Sheet, bar_of, sheet_with

MONDAY = date(2026, 11, 23)
SHEET = Sheet(MONDAY)
"""From Monday of week 48 until Sunday 3 January."""


def days(first: int, last: int) -> Days:
    """Some days, by their columns on the sheet; they may lie outside it."""
    return Days(MONDAY + (first - 1) * A_DAY, MONDAY + (last - 1) * A_DAY)


def test_a_sheet_is_six_whole_weeks_and_begins_the_week_before() -> None:
    sheet = sheet_with(date(2026, 12, 3))

    assert sheet == SHEET
    assert [sheet.days[0], sheet.days[-1], len(sheet.days)] == [MONDAY, sheet.last_on, 42]
    assert sheet.last_on == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, 1, (1, 1)),
        (3, 23, (3, 21)),
        (-5, 2, (1, 2)),
        (40, 60, (40, 3)),
        (-5, 60, (1, 42)),
        (-5, 0, None),
        (43, 50, None),
        (5, 4, None),
    ],
)
def test_days_lie_in_their_columns_as_far_as_they_are_shown(
    first: int, last: int, expected: tuple[int, int] | None
) -> None:
    assert SHEET.columns(days(first, last)) == expected


@given(st.integers(-60, 100), st.integers(0, 60))
def test_every_day_of_a_sheet_is_in_the_columns_of_what_lasts_over_it_and_no_other(first: int, more: int) -> None:
    span = days(first, first + more)

    columns = SHEET.columns(span)

    inside = range(columns.first, columns.last + 1) if columns else range(0)
    assert [column in inside for column in range(1, COLUMNS + 1)] == [
        span.first_on <= day <= span.last_on for day in SHEET.days
    ]


def test_a_loan_has_its_days_and_its_pause() -> None:
    bar = bar_of(SHEET, days(3, 23), days(25, 25).last_on)

    assert (bar.lent, bar.late, bar.pause, bar.is_cut) == (Columns(3, 21), None, Columns(24, 2), False)


def test_a_loan_without_a_pause_has_none() -> None:
    assert bar_of(SHEET, days(3, 23), days(23, 23).last_on).pause is None


def test_a_late_loan_lasts_until_today() -> None:
    bar = bar_of(SHEET, days(-3, 2), days(3, 3).last_on, late_until=days(8, 8).last_on)

    assert (bar.lent, bar.late, bar.pause) == (Columns(1, 2), Columns(3, 6), Columns(3, 1))


@pytest.mark.parametrize(("last", "is_cut"), [(0, True), (1, False), (42, False), (43, True)])
def test_a_loan_is_cut_where_its_last_day_is_not_shown(last: int, is_cut: bool) -> None:
    assert bar_of(SHEET, days(-8, last), days(last, last + 1).last_on).is_cut == is_cut


def test_a_loan_of_another_season_is_not_seen() -> None:
    assert not bar_of(SHEET, days(-30, -10), days(-9, -9).last_on).is_seen
    assert bar_of(SHEET, days(-30, 0), days(1, 1).last_on).is_seen
