from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.workdays import is_working_day
from app.plans.waits import Wait, WaitUnit

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def days(amount: int, clock: time = time(9, 0)) -> Wait:
    return Wait(amount, WaitUnit.DAYS, clock)


def working_days(amount: int, clock: time = time(9, 0)) -> Wait:
    return Wait(amount, WaitUnit.WORKING_DAYS, clock)


@pytest.mark.parametrize(
    ("wait", "start", "day"),
    [
        (days(0), date(2026, 11, 28), date(2026, 11, 28)),
        (days(3), date(2026, 11, 27), date(2026, 11, 30)),
        (days(1), date(2028, 2, 28), date(2028, 2, 29)),
        (working_days(0), date(2026, 11, 27), date(2026, 11, 27)),
        (working_days(0), date(2026, 11, 28), date(2026, 11, 30)),
        (working_days(1), date(2026, 11, 28), date(2026, 11, 30)),
        (working_days(3), date(2026, 11, 27), date(2026, 12, 2)),
        (working_days(1), date(2026, 12, 23), date(2026, 12, 28)),
        (working_days(2), date(2026, 6, 18), date(2026, 6, 23)),
    ],
    ids=str,
)
def test_day_counts_local_or_working_days(wait: Wait, start: date, day: date) -> None:
    assert wait.day(start) == day


@pytest.mark.parametrize(
    ("wait", "start", "moment"),
    [
        # The night to 29 March 2026 has no 02.30, and the one to 25 October has two.
        (days(1), date(2026, 3, 28), datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        (days(1, time(2, 30)), date(2026, 3, 28), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (days(1), date(2026, 10, 24), datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
        (days(1, time(2, 30)), date(2026, 10, 24), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (working_days(1), date(2026, 3, 27), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        (working_days(1), date(2026, 10, 23), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
    ],
    ids=str,
)
def test_ends_at_keeps_the_time_on_the_wall_when_the_clocks_change(wait: Wait, start: date, moment: datetime) -> None:
    assert wait.ends_at(start, STOCKHOLM) == moment


def test_what_it_waits_for_is_made_ready_in_the_morning_and_never_after_its_time() -> None:
    friday = date(2026, 11, 27)

    assert working_days(1).prepared_at(friday, STOCKHOLM) == datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
    assert working_days(1, time(5, 30)).prepared_at(friday, STOCKHOLM) == datetime(2026, 11, 30, 4, 30, tzinfo=UTC)


@given(
    start=st.dates(date(2024, 1, 1), date(2029, 12, 31)),
    amount=st.integers(0, 40),
    unit=st.sampled_from(WaitUnit),
    clock=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
def test_a_wait_ends_on_its_day_whatever_the_zone(
    start: date, amount: int, unit: WaitUnit, clock: time, zone: str
) -> None:
    wait = Wait(amount, unit, clock)
    local = wait.ends_at(start, ZoneInfo(zone)).astimezone(ZoneInfo(zone))

    assert local.date() == wait.day(start)
    assert wait.prepared_at(start, ZoneInfo(zone)) <= wait.ends_at(start, ZoneInfo(zone))
    assert unit is WaitUnit.DAYS or is_working_day(local.date())
