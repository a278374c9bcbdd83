from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.workdays import is_working_day
from app.follow_ups.dues import Due, DuePreset, Urgency, at_time, end_of_day, preset_due, urgency, whole_day
from app.follow_ups.suggestions import AFTER_NO_ANSWER, BY_STAGE
from app.leads.stages import OPEN
from tests.conftest import NOW

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("preset", "due"),
    [
        (DuePreset.TODAY, Due(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 23))),
        (DuePreset.TOMORROW, Due(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))),
        (DuePreset.NEXT_WEEK, Due(datetime(2026, 11, 30, 23, 0, tzinfo=UTC), date(2026, 11, 30))),
    ],
)
def test_the_usual_moments_seen_from_a_monday(preset: DuePreset, due: Due) -> None:
    assert preset_due(preset, NOW, STOCKHOLM) == due


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        ("08:05", Due(datetime(2026, 11, 23, 10, 30, tzinfo=UTC))),
        ("10:00", Due(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))),
        ("14:40", Due(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))),
        ("16:00", Due(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))),
        ("16:01", Due(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 23))),
        ("23:30", Due(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 23))),
    ],
)
def test_later_today_is_in_three_hours_and_at_five_at_the_latest(clock: str, due: Due) -> None:
    moment = datetime.combine(date(2026, 11, 23), time.fromisoformat(clock), STOCKHOLM)

    assert preset_due(DuePreset.LATER_TODAY, moment, STOCKHOLM) == due


def test_the_day_is_the_local_one() -> None:
    half_past_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert preset_due(DuePreset.TODAY, half_past_midnight, STOCKHOLM).on == date(2026, 11, 24)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_whole_day_ends_with_the_local_day(day: date, hours: int) -> None:
    begins = datetime.combine(day, time(0, 0), STOCKHOLM).astimezone(UTC)

    assert whole_day(day, STOCKHOLM).at - begins == timedelta(hours=hours)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 2, 28), date(2026, 12, 31)])
@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
def test_a_day_without_time_stays_that_day_in_every_zone(day: date, zone: str) -> None:
    due = whole_day(day, ZoneInfo(zone))

    assert due.on == day
    assert (due.at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day
    assert due.at.astimezone(ZoneInfo(zone)) == datetime.combine(day + timedelta(days=1), time(0, 0), ZoneInfo(zone))


def test_nine_is_nine_on_both_sides_of_a_change_of_clocks() -> None:
    saturday, monday = (at_time(date(2026, 3, day), time(9, 0), STOCKHOLM).at for day in (28, 30))

    assert (saturday.hour, monday.hour) == (8, 7)


def test_an_hour_that_the_clocks_skip_is_an_hour_later() -> None:
    due = at_time(date(2026, 3, 29), time(2, 30), STOCKHOLM)

    assert due.at.astimezone(STOCKHOLM).time() == time(3, 30)


@pytest.mark.parametrize(
    ("due_at", "words"),
    [
        (NOW - timedelta(minutes=1), Urgency.LATE),
        (NOW, Urgency.LATE),
        (NOW + timedelta(minutes=1), Urgency.DUE),
        (end_of_day(NOW, STOCKHOLM), Urgency.DUE),
        (end_of_day(NOW, STOCKHOLM) + timedelta(minutes=1), Urgency.LATER),
    ],
)
def test_urgency_is_late_then_today_then_later(due_at: datetime, words: Urgency) -> None:
    assert urgency(due_at, NOW, STOCKHOLM) is words


@given(st.dates(date(2026, 1, 1), date(2030, 12, 1)))
def test_what_is_suggested_falls_on_a_working_day(today: date) -> None:
    for suggestion in (*BY_STAGE.values(), AFTER_NO_ANSWER):
        day = suggestion.day(today)
        assert is_working_day(day)
        assert day > today
        assert (suggestion.preset(today) is DuePreset.TOMORROW) == (day == today + timedelta(days=1))


def test_every_open_stage_has_a_suggestion() -> None:
    assert set(BY_STAGE) == set(OPEN)
