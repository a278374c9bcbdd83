from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.consultations.weeks import (
    MOST_OF_ONE_DAY,
    MOST_PER_DAY,
    Day,
    read_day,
    read_start,
    start_in_words,
    week_in_words,
    week_with,
)

STOCKHOLM, NEW_YORK = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York")
TODAY = date(2026, 3, 20)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, in UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_the_first_week_with_a_free_time_comes_first_and_names_the_next_that_has_one() -> None:
    starts = [at(24, 8), at(24, 9), at(26, 8), at(31, 8)]

    week = week_with(starts, STOCKHOLM, TODAY)

    assert week.monday == date(2026, 3, 23)
    assert week.days == (Day(date(2026, 3, 24), (at(24, 8), at(24, 9))), Day(date(2026, 3, 26), (at(26, 8),)))
    assert (week.before, week.after, week.sunday) == (None, date(2026, 3, 30), date(2026, 3, 29))


def test_a_week_without_free_times_leads_to_the_nearest_in_either_direction() -> None:
    week = week_with([at(2, 8), at(9, 8), at(31, 8)], STOCKHOLM, TODAY, wanted=date(2026, 3, 18))

    assert (week.monday, week.days) == (date(2026, 3, 16), ())
    assert (week.before, week.after) == (date(2026, 3, 9), date(2026, 3, 30))


def test_nothing_free_at_all_is_this_week_and_no_other() -> None:
    week = week_with([], STOCKHOLM, TODAY)

    assert (week.monday, week.days, week.before, week.after) == (date(2026, 3, 16), (), None, None)


def test_the_same_start_of_two_hosts_is_one() -> None:
    assert week_with([at(24, 8), at(24, 8)], STOCKHOLM, TODAY).days[0].starts == (at(24, 8),)


def test_a_day_with_many_times_shows_the_first_and_goes_on_alone() -> None:
    starts = [at(24, 6) + timedelta(minutes=5 * number) for number in range(MOST_PER_DAY + MOST_OF_ONE_DAY + 3)]
    other = at(25, 8)

    week = week_with([*starts, other], STOCKHOLM, TODAY)
    since = week.days[0].goes_on_at
    rest = week_with([*starts, other], STOCKHOLM, TODAY, since=since)

    assert week.days[0] == Day(
        date(2026, 3, 24), tuple(starts[:MOST_PER_DAY]), MOST_OF_ONE_DAY + 3, starts[MOST_PER_DAY]
    )
    [day] = rest.days
    assert day == Day(date(2026, 3, 24), tuple(starts[MOST_PER_DAY:-3]), 3, starts[-3])
    assert (week.is_one_day, rest.is_one_day, rest.monday) == (False, True, date(2026, 3, 23))


def test_a_single_time_is_not_left_out_alone() -> None:
    starts = [at(24, 6) + timedelta(minutes=5 * number) for number in range(MOST_PER_DAY + 1)]
    others = [at(25 + day, 6) + timedelta(minutes=5 * number) for day in range(4) for number in range(30)]

    first, *heavy = week_with([*starts, *others], STOCKHOLM, TODAY).days

    assert (first.starts, first.left_out, first.goes_on_at) == (tuple(starts), 0, None)
    assert {len(day.starts) for day in heavy} == {MOST_PER_DAY}


def test_a_week_that_is_light_enough_shows_every_time_of_each_day() -> None:
    starts = [at(24, 6) + timedelta(minutes=15 * number) for number in range(MOST_PER_DAY + 1)]

    [day] = week_with(starts, STOCKHOLM, TODAY).days

    assert (day.starts, day.left_out, day.goes_on_at) == (tuple(starts), 0, None)


def test_a_day_without_times_alone_is_empty() -> None:
    assert week_with([at(24, 8)], STOCKHOLM, TODAY, since=at(25, 8)).days == ()


def test_d17_days_are_those_of_the_visitors_zone() -> None:
    midnight = [at(24, 23), at(25, 3), at(25, 5)]

    days = week_with(midnight, NEW_YORK, TODAY).days

    assert [(day.on.day, len(day.starts)) for day in days] == [(24, 2), (25, 1)]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-W13", date(2026, 3, 23)),
        ("2026-03-24", date(2026, 3, 24)),
        ("2026-W54", None),
        ("9999-12-31", None),
        ("0001-W01", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_day_or_a_week_is_read_or_is_none(words: str, day: date | None) -> None:
    assert read_day(words) == day


def test_a_week_is_written_as_it_is_read() -> None:
    assert week_in_words(date(2027, 1, 3)) == "2026-W53"
    assert read_day("2026-W53") == date(2026, 12, 28)


@pytest.mark.parametrize(
    "words", ["", "x", "2026-03-24T08:00", "0001-01-01T00:00Z", "9999-12-31T23:59Z", "2026-13-01T00:00Z"]
)
def test_what_is_no_start_is_none(words: str) -> None:
    assert read_start(words) is None


def test_a_start_is_written_as_it_is_read() -> None:
    assert read_start(start_in_words(at(24, 8, 30).astimezone(NEW_YORK))) == at(24, 8, 30)
