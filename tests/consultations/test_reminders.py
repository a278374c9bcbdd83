"""When reminders of bookings come: by the wall the day before, by real minutes just before, never at night."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consultations.reminders import reminders_of
from app.core.wall_clock import moment_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = ("Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu")
LONG_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def _local(day: str, clock: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    return moment_of(date.fromisoformat(day), time.fromisoformat(clock), zone)


def _told(
    starts_at: datetime, now: datetime = LONG_BEFORE, at: time | None = time(17), before: int | None = 60
) -> list[tuple[str, datetime]]:
    reminders = reminders_of(starts_at, at, before, STOCKHOLM, now)
    return [(reminder.kind.rpartition("_")[2], reminder.at) for reminder in reminders]


def test_they_come_the_day_before_at_five_and_an_hour_before() -> None:
    assert _told(_local("2026-03-24", "10:00")) == [
        ("day", _local("2026-03-23", "17:00")),
        ("hour", _local("2026-03-24", "09:00")),
    ]


def test_a_kind_may_want_other_ones_or_none() -> None:
    start = _local("2026-03-24", "10:00")

    assert _told(start, at=time(12, 30), before=None) == [("day", _local("2026-03-23", "12:30"))]
    assert _told(start, at=None, before=15) == [("hour", start - timedelta(minutes=15))]
    assert _told(start, at=None, before=None) == []


@pytest.mark.parametrize(
    ("booked", "left"),
    [
        ("2026-03-23T16:59:59", ["day", "hour"]),
        ("2026-03-23T17:00:00", ["hour"]),
        ("2026-03-24T08:59:59", ["hour"]),
        ("2026-03-24T09:00:00", []),
        ("2026-03-24T10:30:00", []),
    ],
)
def test_whoever_books_inside_its_window_gets_none(booked: str, left: list[str]) -> None:
    now = datetime.fromisoformat(booked).replace(tzinfo=STOCKHOLM).astimezone(UTC)

    assert [kind for kind, _ in _told(_local("2026-03-24", "10:00"), now)] == left


@pytest.mark.parametrize(
    ("start", "is_told"), [("08:59", False), ("09:00", True), ("21:59", True), ("22:00", False), ("02:30", False)]
)
def test_none_comes_at_night(start: str, is_told: bool) -> None:
    assert bool(_told(_local("2026-03-24", start), at=None)) is is_told


@pytest.mark.parametrize(("at", "is_told"), [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False)])
def test_nor_does_one_of_the_day_before(at: str, is_told: bool) -> None:
    assert bool(_told(_local("2026-03-24", "10:00"), at=time.fromisoformat(at), before=None)) is is_told


def test_it_is_too_late_when_the_talk_begins_or_the_night() -> None:
    start = _local("2026-03-24", "10:00")

    assert [reminder.until for reminder in reminders_of(start, time(17), 60, STOCKHOLM, LONG_BEFORE)] == [
        _local("2026-03-23", "21:00"),
        start,
    ]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_nights_when_the_clocks_move_change_neither(day: str) -> None:
    start = _local(day, "10:00")
    eve = date.fromisoformat(day) - DAY

    assert _told(start) == [("day", moment_of(eve, time(17), STOCKHOLM)), ("hour", _local(day, "09:00"))]
    assert start - moment_of(eve, time(17), STOCKHOLM) != timedelta(hours=17)


def test_a_leap_day_is_reminded_of_and_reminds() -> None:
    assert _told(_local("2028-02-29", "10:00"))[0] == ("day", _local("2028-02-28", "17:00"))
    assert _told(_local("2028-03-01", "10:00"))[0] == ("day", _local("2028-02-29", "17:00"))


def _nights(zone: ZoneInfo) -> list[date]:
    """The days of 2026 that are not 24 hours long, or a day in March where all are."""
    days = [date(2026, 1, 1) + DAY * number for number in range(365)]
    moved = [day for day in days if moment_of(day + DAY, time(), zone) - moment_of(day, time(), zone) != DAY]
    return moved or [date(2026, 3, 29)]


@pytest.mark.parametrize("name", ZONES)
def test_every_quarter_of_the_days_around_keeps_wall_time_and_sixty_minutes(name: str) -> None:
    zone = ZoneInfo(name)

    for night in _nights(zone):
        for quarter in range(-96, 2 * 96):
            start = moment_of(night, time(), zone) + timedelta(minutes=15 * quarter)
            told = {each.kind: each.at for each in reminders_of(start, time(17), 60, zone, LONG_BEFORE)}
            day_before = told["consultation_reminder_day"].astimezone(zone)

            assert (day_before.date() + DAY, day_before.time()) == (start.astimezone(zone).date(), time(17))
            hour_before = start - timedelta(hours=1)
            is_day = time(8) <= hour_before.astimezone(zone).time() < time(21)
            assert told.get("consultation_reminder_hour") == (hour_before if is_day else None)


@given(
    start=st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 31)),  # noqa: DTZ001  (given its zone below)
    booked=st.timedeltas(timedelta(), timedelta(days=4)),
    at=st.none() | st.times(),
    before=st.none() | st.integers(0, 3 * 24 * 60),
    zone=st.sampled_from(ZONES),
)
def test_whatever_is_asked_none_comes_at_night_in_the_past_or_after_the_start(
    start: datetime, booked: timedelta, at: time | None, before: int | None, zone: str
) -> None:
    starts_at, here = start.replace(tzinfo=UTC), ZoneInfo(zone)

    for reminder in reminders_of(starts_at, at, before, here, starts_at - booked):
        assert starts_at - booked < reminder.at < reminder.until <= starts_at
        assert time(8) <= reminder.at.astimezone(here).time() < time(21)
        assert (reminder.until - timedelta(seconds=1)).astimezone(here).time() < time(21)
