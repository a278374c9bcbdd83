"""When something is due, in the words one says it: today, tomorrow at nine, next week."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from app.core.wall_clock import moment_of

MORNING = time(9, 0)
EVENING = time(17, 0)
A_WHILE = timedelta(hours=3)
SHORTEST_WHILE = timedelta(hours=1)
HALF_HOUR = 30 * 60


class DuePreset(StrEnum):
    """The usual answers to "when?"; `other` is a day of one's own."""

    TODAY = "today"
    LATER_TODAY = "later_today"
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"
    OTHER = "other"


class Urgency(StrEnum):
    """Late, due today, or later; its words are those of the chips that say so."""

    LATE = "late"
    DUE = "due"
    LATER = "rest"


@dataclass(frozen=True, slots=True)
class Due:
    """`at` is when it becomes late, in UTC; `on` is the local day where the whole of it is meant."""

    at: datetime
    on: date | None = None

    def as_texts(self) -> list[str | None]:
        """As `from_texts` reads it: JSON has neither moments nor days."""
        return [self.at.isoformat(), self.on.isoformat() if self.on else None]

    @classmethod
    def from_texts(cls, at: str, on: str | None) -> Self:
        return cls(datetime.fromisoformat(at), date.fromisoformat(on) if on else None)


def whole_day(day: date, zone: ZoneInfo) -> Due:
    """Any time on that local day: late when the day has ended there, also when it has 23 or 25 hours."""
    return Due(at=moment_of(day + timedelta(days=1), time(0, 0), zone), on=day)


def at_time(day: date, clock: time, zone: ZoneInfo) -> Due:
    """At a local time of day. A time that the clocks skip in spring becomes the one an hour later."""
    return Due(at=moment_of(day, clock, zone))


def preset_due(preset: DuePreset, now: datetime, zone: ZoneInfo) -> Due:
    """Today is the whole day, tomorrow is at nine, next week its whole Monday. `other` has no day: ValueError."""
    today = now.astimezone(zone).date()
    match preset:
        case DuePreset.TODAY:
            return whole_day(today, zone)
        case DuePreset.LATER_TODAY:
            return later_today(now, zone)
        case DuePreset.TOMORROW:
            return at_time(today + timedelta(days=1), MORNING, zone)
        case DuePreset.NEXT_WEEK:
            return whole_day(today + timedelta(days=7 - today.weekday()), zone)
        case DuePreset.OTHER:
            raise ValueError("another day must be named")


def later_today(now: datetime, zone: ZoneInfo) -> Due:
    """In about three hours, on a full or half hour, at five at the latest; from four on whenever the day has left."""
    today = now.astimezone(zone).date()
    seconds = (now + A_WHILE).timestamp()
    at = datetime.fromtimestamp(-(-seconds // HALF_HOUR) * HALF_HOUR, UTC)
    evening = at_time(today, EVENING, zone)
    at = min(at, evening.at)
    return Due(at) if at - now >= SHORTEST_WHILE else whole_day(today, zone)


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The local midnight that ends the day of `now`: what is due before it is due today."""
    return whole_day(now.astimezone(zone).date(), zone).at


def urgency(due_at: datetime, now: datetime, zone: ZoneInfo) -> Urgency:
    """How a due moment stands now."""
    if due_at <= now:
        return Urgency.LATE
    return Urgency.DUE if due_at <= end_of_day(now, zone) else Urgency.LATER
