"""When a user is told of something: how long before, and not in their quiet hours."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.accounts.models import TaskReminder, User
from app.core.wall_clock import moment_of

AHEAD = {
    TaskReminder.QUARTER: timedelta(minutes=15),
    TaskReminder.HOUR: timedelta(hours=1),
    TaskReminder.DAY: timedelta(days=1),
}
"""How long before a task with a time of day its reminder comes, for those who want one for each."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one local time of day until another, past midnight where the second is the earlier."""

    start: time
    end: time

    def has(self, clock: time) -> bool:
        """Whether that time of day is one of them; the end is not."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def quiet_hours_of(user: User) -> QuietHours | None:
    """The hours that the user wants to be left alone in."""
    return quiet_hours(user.quiet_from, user.quiet_until)


def quiet_hours(start: time | None, end: time | None) -> QuietHours | None:
    """The hours between two times; none where either is missing."""
    return None if start is None or end is None else QuietHours(start, end)


def held_until(moment: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """When a notice of that moment may come: at once, or when the quiet hours that it falls in end."""
    if quiet is None:
        return moment
    local = moment.astimezone(zone)
    if not quiet.has(local.time()):
        return moment
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    return moment_of(day, quiet.end, zone)
