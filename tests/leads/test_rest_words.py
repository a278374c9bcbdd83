from datetime import date

import pytest

from app.leads.rest_words import rest_until

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("till mars", date(2027, 3, 1)),
        ("Till Mars", date(2027, 3, 1)),
        ("mars", date(2027, 3, 1)),
        ("till januari", date(2027, 1, 4)),
        ("until March", date(2027, 3, 1)),
        ("till november", date(2027, 11, 1)),
        ("till sep", date(2027, 9, 1)),
        ("till mars 2028", date(2028, 3, 1)),
        ("till 1 mars", date(2027, 3, 1)),
        ("till och med 1 mars", date(2027, 3, 1)),
        ("till den 6:e mars", date(2027, 3, 6)),
        ("till 24 nov", date(2026, 11, 24)),
        ("until 1st of March", date(2027, 3, 1)),
        ("until March 1", date(2027, 3, 1)),
        ("until March 2nd, 2029", date(2029, 3, 2)),
        ("till 1/3", date(2027, 3, 1)),
        ("till 1/3 2028", date(2028, 3, 1)),
        ("till 2027-03-07", date(2027, 3, 7)),
        ("till 29 februari", date(2028, 2, 29)),
        ("3 månader", date(2027, 2, 23)),
        ("i tre månader", date(2027, 2, 23)),
        ("3 months", date(2027, 2, 23)),
        ("for a month", date(2026, 12, 23)),
        ("en månad", date(2026, 12, 23)),
        ("två veckor", date(2026, 12, 7)),
        ("10 dagar", date(2026, 12, 3)),
        ("ett halvår", date(2027, 5, 24)),
        ("half a year", date(2027, 5, 24)),
        ("ett kvartal", date(2027, 2, 23)),
        ("ett år", date(2027, 11, 23)),
        ("till fredag", date(2026, 11, 27)),
        ("till måndag", date(2026, 11, 30)),
        ("until Tuesday", date(2026, 11, 24)),
    ],
)
def test_rest_until_reads_months_days_and_lengths_in_both_languages(text: str, day: date) -> None:
    assert rest_until(text, MONDAY) == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "till", "till Anna", "till ma", "tre", "0 månader", "100000 år", "till 30 februari", "till 0 mars"),
        *("till 2026-11-23", "till 2026-11-01", "till 23 november 2026", "till 1/13", "månader", "9999 månader"),
        "till 2027-02-30",
    ],
)
def test_rest_until_gives_no_day_where_none_to_come_is_named(text: str) -> None:
    assert rest_until(text, MONDAY) is None


def test_rest_until_leaves_a_named_sunday_and_moves_a_month_to_a_working_day() -> None:
    assert rest_until("till 1 augusti", date(2027, 1, 5)) == date(2027, 8, 1)
    assert rest_until("till augusti", date(2027, 1, 5)) == date(2027, 8, 2)
