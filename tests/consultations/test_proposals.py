from datetime import date

import pytest

from app.consultations.hours import days_between
from app.consultations.proposals import bridges, coming_year, eves, next_summer
from app.consultations.windows import HostHours, HoursOfDay, WeeklyHours

WEEKDAYS = HostHours([WeeklyHours(weekday, 540, 960) for weekday in range(5)], {})
YEAR = days_between(date(2026, 1, 1), date(2026, 12, 31))


def test_a_summer_is_whole_weeks_with_their_weekends() -> None:
    days = next_summer(date(2026, 3, 1), 28, 31)

    assert (days[0], days[-1], len(days)) == (date(2026, 7, 6), date(2026, 8, 2), 28)


def test_a_summer_that_has_begun_is_what_is_left_of_it_and_one_that_is_over_is_next_years() -> None:
    assert next_summer(date(2026, 8, 1), 28, 31) == [date(2026, 8, 1), date(2026, 8, 2)]
    assert next_summer(date(2026, 8, 3), 28, 31)[0] == date(2027, 7, 12)


@pytest.mark.parametrize("weeks", [(31, 28), (0, 4), (54, 60)])
def test_weeks_that_are_none_have_no_days(weeks: tuple[int, int]) -> None:
    assert next_summer(date(2026, 3, 1), *weeks) == []


def test_week_53_is_found_in_the_year_that_has_it() -> None:
    assert next_summer(date(2026, 3, 1), 53, 53)[0] == date(2026, 12, 28)
    assert next_summer(date(2027, 3, 1), 53, 53) == []


def test_bridges_are_the_open_working_days_between_two_that_are_not() -> None:
    assert bridges(YEAR, WEEKDAYS) == [date(2026, 1, 2), date(2026, 1, 5), date(2026, 5, 15)]


def test_a_bridge_that_is_closed_already_is_not_proposed() -> None:
    hours = HostHours(WEEKDAYS.weekly, {date(2026, 5, 15): []})

    assert bridges(YEAR, hours) == [date(2026, 1, 2), date(2026, 1, 5)]


def test_eves_are_working_days_before_a_holiday_and_those_kept_as_holidays_where_they_are_open() -> None:
    open_on_eves = HostHours(WEEKDAYS.weekly, {}, is_closed_on_eves=False)
    before_holidays = [
        *(date(2026, 1, 5), date(2026, 4, 2), date(2026, 4, 30), date(2026, 5, 13), date(2026, 6, 5)),
        date(2026, 10, 30),
    ]

    assert eves(YEAR, WEEKDAYS) == before_holidays
    assert set(eves(YEAR, open_on_eves)) - set(eves(YEAR, WEEKDAYS)) == {
        date(2026, 6, 19),
        date(2026, 12, 24),
        date(2026, 12, 31),
    }


def test_an_eve_that_a_host_opens_is_proposed() -> None:
    hours = HostHours([], {date(2026, 12, 24): [HoursOfDay(540, 720)]})

    assert eves(YEAR, hours) == [date(2026, 12, 24)]


def test_proposals_look_a_year_ahead() -> None:
    year = coming_year(date(2026, 11, 23))

    assert (year[0], year[-1]) == (date(2026, 11, 23), date(2027, 11, 22))
