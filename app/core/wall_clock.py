"""From a day and a time on the wall to a moment, where the clocks are moved twice a year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That local time in UTC. One that the clocks skip in spring becomes the one an hour later; of two, the first."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when that local day begins."""
    return moment_of(day, time(0), zone)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())
