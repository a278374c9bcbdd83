"""When a visitor is reminded of a booking. Pure: a start, what its kind says, and a zone in; moments out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.accounts.notices import QuietHours
from app.core.wall_clock import moment_of

NIGHT = QuietHours(time(21, 0), time(8, 0))
"""No mail that is not an answer to something just done comes to a visitor in these hours."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail before a consultation."""

    kind: str
    at: datetime
    until: datetime
    """When it is too late for it: the consultation has begun, or the night."""


def reminders_of(
    starts_at: datetime, reminds_at: time | None, reminds_minutes_before: int | None, zone: ZoneInfo, now: datetime
) -> list[Reminder]:
    """The reminders that are still to come, the first first.

    The one at `reminds_at` comes the local day before and keeps its time on the wall, whatever the clocks do at night;
    the other keeps its minutes, which are real ones. One that would fall in the night is left out.
    """
    moments = {}
    if reminds_at is not None:
        day_before = starts_at.astimezone(zone).date() - A_DAY
        moments["consultation_reminder_day"] = moment_of(day_before, reminds_at, zone)
    if reminds_minutes_before is not None:
        moments["consultation_reminder_hour"] = starts_at - timedelta(minutes=reminds_minutes_before)
    reminders = (Reminder(kind, at, min(starts_at, _night_after(at, zone))) for kind, at in moments.items())
    wanted = (reminder for reminder in reminders if now < reminder.at < reminder.until)
    return sorted((each for each in wanted if not is_night(each.at, zone)), key=lambda each: each.at)


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether it is too late in the evening or too early in the morning for a mail that can wait."""
    return NIGHT.has(moment.astimezone(zone).time())


def _night_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the night of that local day begins."""
    return moment_of(moment.astimezone(zone).date(), NIGHT.start, zone)
