from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consultations.windows import HostHours, HoursOfDay, WeeklyHours, open_windows
from app.core.wall_clock import start_of_day

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""The clocks skip 02 to 03 on the one, and pass it twice on the other."""


def of_day(*ranges: str) -> list[HoursOfDay]:
    """From "22:00-26:00", which ends at two in the morning after."""
    return [HoursOfDay(*(int(clock[:2]) * 60 + int(clock[3:]) for clock in words.split("-"))) for words in ranges]


def every(weekday: int, *ranges: str, since: date | None = None, until: date | None = None) -> list[WeeklyHours]:
    return [WeeklyHours(weekday, *hours, since, until) for hours in of_day(*ranges)]


def opened(
    weekly: Sequence[WeeklyHours],
    first: date,
    last: date | None = None,
    overrides: Mapping[date, Sequence[HoursOfDay]] | None = None,
) -> list[str]:
    """The windows that touch these days, as "24T23:00Z/25T04:00Z"."""
    windows = open_windows(HostHours(weekly, overrides or {}), first, last or first, STOCKHOLM)
    return [f"{opens:%dT%H:%MZ}/{closes:%dT%H:%MZ}" for opens, closes in windows]


def test_d01_the_hour_that_spring_skips_is_missing_from_the_window() -> None:
    assert opened(every(SUNDAY, "01:00-05:00"), SPRING) == ["29T00:00Z/29T03:00Z"]


def test_d02_a_window_within_the_skipped_hour_is_none() -> None:
    assert opened(every(SUNDAY, "02:00-03:00"), SPRING) == []


def test_d03_a_window_that_would_end_before_it_begins_is_none() -> None:
    assert opened(every(SUNDAY, "02:30-03:15"), SPRING) == []


def test_d04_a_skipped_time_is_the_one_an_hour_later() -> None:
    assert opened(every(SUNDAY, "02:30-05:00"), SPRING) == ["29T01:30Z/29T03:00Z"]


def test_d05_the_hour_that_autumn_repeats_makes_the_window_longer() -> None:
    assert opened(every(SUNDAY, "01:00-05:00"), AUTUMN) == ["24T23:00Z/25T04:00Z"]


@pytest.mark.parametrize(
    ("hours", "window"), [("02:30-05:00", "25T00:30Z/25T04:00Z"), ("01:00-02:30", "24T23:00Z/25T00:30Z")]
)
def test_d06_of_a_time_that_comes_twice_the_first_is_meant(hours: str, window: str) -> None:
    assert opened(every(SUNDAY, hours), AUTUMN) == [window]


@pytest.mark.parametrize(
    ("monday", "window"),
    [
        (date(2026, 3, 23), "23T08:00Z/23T16:00Z"),
        (date(2026, 3, 30), "30T07:00Z/30T15:00Z"),
        (date(2026, 10, 19), "19T07:00Z/19T15:00Z"),
        (date(2026, 10, 26), "26T08:00Z/26T16:00Z"),
    ],
    ids=str,
)
def test_d08_a_working_day_is_eight_hours_before_and_after_each_change(monday: date, window: str) -> None:
    assert opened(every(MONDAY, "09:00-17:00"), monday) == [window]


@pytest.mark.parametrize(
    ("saturday", "window"), [(SPRING - DAY, "28T21:00Z/29T01:00Z"), (AUTUMN - DAY, "24T20:00Z/25T00:00Z")], ids=str
)
def test_d09_hours_past_midnight_end_by_the_clock_of_the_morning_after(saturday: date, window: str) -> None:
    assert opened(every(SATURDAY, "22:00-26:00"), saturday) == [window]


def test_d10_hours_that_meet_at_midnight_are_one_window() -> None:
    weekly = every(MONDAY, "20:00-24:00") + every(TUESDAY, "00:00-01:00")

    assert opened(weekly, date(2026, 11, 23)) == ["23T19:00Z/24T00:00Z"]
    assert opened(weekly, date(2026, 11, 24)) == ["23T19:00Z/24T00:00Z"]


def test_d11_a_closed_day_keeps_the_tail_of_the_day_before() -> None:
    weekly = every(MONDAY, "22:00-26:00") + every(TUESDAY, "09:00-17:00")
    tuesday = date(2026, 11, 24)

    assert opened(weekly, tuesday) == ["23T21:00Z/24T01:00Z", "24T08:00Z/24T16:00Z"]
    assert opened(weekly, tuesday, overrides={tuesday: []}) == ["23T21:00Z/24T01:00Z"]


def test_d12_a_holiday_is_closed_until_hours_of_its_own_open_it() -> None:
    first_of_may = date(2026, 5, 1)
    weekly = every(first_of_may.weekday(), "09:00-17:00")

    assert opened(weekly, first_of_may) == []
    assert opened(weekly, first_of_may, overrides={first_of_may: of_day("10:00-12:00", "13:00-14:00")}) == [
        "01T08:00Z/01T10:00Z",
        "01T11:00Z/01T12:00Z",
    ]


@pytest.mark.parametrize("eve", [date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31)], ids=str)
def test_d13_eves_are_closed_unless_the_host_works_on_them(eve: date) -> None:
    weekly = every(eve.weekday(), "09:00-17:00")

    assert opened(weekly, eve) == []
    assert len(open_windows(HostHours(weekly, {}, is_closed_on_eves=False), eve, eve, STOCKHOLM)) == 1
    assert open_windows(HostHours(weekly, {}, is_closed_on_holidays=False), eve, eve, STOCKHOLM) == []


def test_a_host_may_work_on_holidays_and_not_on_eves() -> None:
    christmas = date(2026, 12, 25)
    weekly = every(christmas.weekday(), "09:00-17:00")

    assert opened(weekly, christmas) == []
    assert len(open_windows(HostHours(weekly, {}, is_closed_on_holidays=False), christmas, christmas, STOCKHOLM)) == 1


def test_sundays_are_open_where_the_hours_say_so() -> None:
    assert opened(every(SUNDAY, "10:00-12:00"), date(2026, 11, 22)) == ["22T09:00Z/22T11:00Z"]


def test_hours_hold_from_their_first_day_to_their_last() -> None:
    weekly = every(MONDAY, "09:00-10:00", since=date(2026, 11, 9), until=date(2026, 11, 16))

    assert opened(weekly, date(2026, 11, 1), date(2026, 11, 30)) == ["09T08:00Z/09T09:00Z", "16T08:00Z/16T09:00Z"]


def test_a_window_is_whole_though_it_opened_days_before() -> None:
    weekly = [hours for weekday in range(4) for hours in every(weekday, "00:00-24:00")]

    assert opened(weekly, date(2026, 11, 26)) == ["22T23:00Z/26T23:00Z"]


def test_hours_that_never_close_begin_at_one_moment_whatever_is_asked() -> None:
    always = HostHours([hours for weekday in range(7) for hours in every(weekday, "00:00-24:00")], {}, False, False)

    windows = [open_windows(always, day, day, STOCKHOLM) for day in (date(2026, 11, 26), date(2027, 2, 1))]

    assert {opens for found in windows for opens, _ in found} == {datetime(2019, 12, 31, 23, 0, tzinfo=UTC)}


ranges = st.builds(lambda opens, length: HoursOfDay(opens, opens + length), st.integers(0, 1439), st.integers(1, 1440))
weekly_hours = st.builds(lambda weekday, hours: WeeklyHours(weekday, *hours), st.integers(0, 6), ranges)
host_hours = st.builds(
    HostHours,
    weekly=st.lists(weekly_hours, max_size=8),
    overrides=st.dictionaries(st.dates(date(2026, 3, 20), date(2026, 4, 10)), st.lists(ranges, max_size=2), max_size=4),
    is_closed_on_holidays=st.booleans(),
    is_closed_on_eves=st.booleans(),
)
days = st.dates(date(2026, 3, 22), date(2026, 4, 8))
"""The clocks change among them, and Easter comes."""


@given(host_hours, days, st.integers(0, 3))
def test_windows_are_apart_in_order_and_open_when_the_clock_on_the_wall_says_so(
    hours: HostHours, first: date, more: int
) -> None:
    last = first + more * DAY

    windows = open_windows(hours, first, last, STOCKHOLM)

    edges = [edge for window in windows for edge in window]
    assert edges == sorted(set(edges))
    moment, end = start_of_day(first, STOCKHOLM), start_of_day(last + DAY, STOCKHOLM)
    while moment < end:
        local = moment.astimezone(STOCKHOLM)
        if local.date() != SPRING or local.hour >= 4:
            assert any(opens <= moment < closes for opens, closes in windows) == is_open_on_the_wall(hours, local)
        moment += timedelta(minutes=7)


def is_open_on_the_wall(hours: HostHours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(
        opens <= minute + 1440 * ago < closes
        for ago in (0, 1)
        for opens, closes in hours.of_day(local.date() - ago * DAY)
    )


@given(host_hours, days)
def test_a_window_begins_at_one_moment_whichever_days_are_asked_for(hours: HostHours, day: date) -> None:
    alone = open_windows(hours, day, day, STOCKHOLM)
    among_others = open_windows(hours, day - 9 * DAY, day + 9 * DAY, STOCKHOLM)

    begins, ends = start_of_day(day, STOCKHOLM), start_of_day(day + DAY, STOCKHOLM)
    assert [opens for opens, _ in alone] == [
        opens for opens, closes in among_others if opens < ends and begins < closes
    ]
