from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.periods import Period, Span, address_of, period_asked, period_of

LEAP_DAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("span", "today", "first"),
    [
        (Span.MONTH, date(2026, 11, 23), date(2026, 11, 1)),
        (Span.QUARTER, date(2026, 11, 23), date(2026, 10, 1)),
        (Span.QUARTER, date(2026, 1, 1), date(2026, 1, 1)),
        (Span.QUARTER, date(2026, 3, 31), date(2026, 1, 1)),
        (Span.YEAR, date(2026, 11, 23), date(2025, 11, 24)),
        (Span.YEAR, LEAP_DAY, date(2027, 3, 1)),
        (Span.ALL, date(2026, 11, 23), None),
    ],
)
def test_a_span_ends_today(span: Span, today: date, first: date | None) -> None:
    assert period_of(span, today) == Period(span, first, today if first else None)


def test_twelve_months_are_what_an_address_without_a_period_means() -> None:
    assert period_asked({}, LEAP_DAY) == period_of(Span.YEAR, LEAP_DAY)


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        ({"from": "2026-01-01", "to": "2026-02-01"}, Period(Span.DATES, date(2026, 1, 1), date(2026, 2, 1))),
        ({"from": "2026-02-01", "to": "2026-01-01"}, Period(Span.DATES, date(2026, 1, 1), date(2026, 2, 1))),
        ({"from": "2026-01-01", "to": ""}, Period(Span.DATES, date(2026, 1, 1), None)),
        ({}, Period(Span.DATES)),
    ],
)
def test_days_of_ones_own_may_leave_an_end_open_or_be_turned_around(asked: dict[str, str], period: Period) -> None:
    assert period_asked({"period": "dates", **asked}, LEAP_DAY) == period


@given(
    span=st.sampled_from(list(Span)),
    first=st.none() | st.dates(date(2000, 1, 1), date(2180, 1, 1)),
    length=st.none() | st.integers(0, 4000),
)
def test_an_address_says_all_of_a_period(span: Span, first: date | None, length: int | None) -> None:
    last = first + timedelta(days=length) if first and length is not None else None
    period = Period(span, first, last) if span is Span.DATES else period_of(span, LEAP_DAY)

    assert period_asked(address_of(period), LEAP_DAY) == period


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (period_of(Span.MONTH, date(2026, 11, 23)), (date(2026, 10, 9), date(2026, 10, 31))),
        (Period(Span.DATES, date(2026, 3, 1), date(2026, 3, 1)), (date(2026, 2, 28), date(2026, 2, 28))),
        (Period(Span.DATES, date(2026, 3, 1), None), None),
        (Period(Span.ALL), None),
    ],
)
def test_the_period_before_is_as_long_and_ends_the_day_before(period: Period, before: tuple[date, date] | None) -> None:
    assert period.before == (Period(Span.DATES, *before) if before else None)
