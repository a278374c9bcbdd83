"""Every local time is one moment, in zones whose clocks move by an hour, by half an hour, at midnight, and never."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.wall_clock import moment_of

ZONES = ("Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu")
CLOCKS = [time(hour, minute) for hour in range(24) for minute in range(60)]
DAY = timedelta(days=1)


def _nights(zone: ZoneInfo) -> list[date]:
    """The days of 2026 that are not 24 hours long."""
    days = [date(2026, 1, 1) + DAY * number for number in range(365)]
    return [day for day in days if _length(day, zone) != DAY]


def _length(day: date, zone: ZoneInfo) -> timedelta:
    return moment_of(day + DAY, time(), zone) - moment_of(day, time(), zone)


@pytest.mark.parametrize("name", ZONES)
def test_every_minute_of_the_nights_when_clocks_move_is_one_moment_of_its_day(name: str) -> None:
    zone = ZoneInfo(name)

    for day in [*_nights(zone), date(2028, 2, 29)]:
        moments = [moment_of(day, clock, zone) for clock in CLOCKS]

        assert {moment.astimezone(zone).date() for moment in moments} == {day}
        told = [moment.astimezone(zone).time() for moment in moments]
        skipped = max(DAY - _length(day, zone), timedelta())
        assert sum(a != b for a, b in zip(told, CLOCKS, strict=True)) == skipped / timedelta(minutes=1)


@pytest.mark.parametrize(("name", "nights"), list(zip(ZONES, (2, 2, 2, 2, 0), strict=True)))
def test_the_day_before_keeps_the_time_on_the_wall_and_the_hour_before_its_sixty_minutes(
    name: str, nights: int
) -> None:
    zone = ZoneInfo(name)
    found = _nights(zone)

    for night in found:
        start = moment_of(night, time(10), zone)
        day_before, hour_before = moment_of(night - DAY, time(10), zone), start - timedelta(hours=1)

        assert day_before.astimezone(zone).time() == time(10)
        assert moment_of(night + DAY, time(10), zone) - day_before != 2 * DAY
        assert hour_before.astimezone(zone).time() == time(9)
    assert len(found) == nights


def test_a_leap_day_has_its_times() -> None:
    assert moment_of(date(2028, 2, 29), time(9), ZoneInfo("Europe/Stockholm")) == datetime(2028, 2, 29, 8, tzinfo=UTC)
