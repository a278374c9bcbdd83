"""When a step of a plan comes: so many days after the one before it, at a time of day on the wall's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.core.wall_clock import moment_of
from app.core.workdays import is_working_day, next_working_day

PREPARED_AT = time(6, 0)
"""The day's letters and tasks are made ready by then, so that they can be looked at before their time."""


class WaitUnit(StrEnum):
    """What a wait counts."""

    DAYS = "days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Wait:
    """So many local days, and then a local time of day."""

    amount: int
    unit: WaitUnit
    clock: time

    def day(self, start: date) -> date:
        """The day it ends, counted from `start`. None at all ends the same day; working days end on one."""
        if self.unit is WaitUnit.DAYS:
            return start + timedelta(days=self.amount)
        day = start if is_working_day(start) or self.amount else next_working_day(start)
        for _ in range(self.amount):
            day = next_working_day(day)
        return day

    def ends_at(self, start: date, zone: ZoneInfo) -> datetime:
        """The moment of it, in UTC: that time on the wall's clock, on whichever side of a change of clocks it falls."""
        return moment_of(self.day(start), self.clock, zone)

    def prepared_at(self, start: date, zone: ZoneInfo) -> datetime:
        """When what it waits for is made ready: the morning of that day."""
        return moment_of(self.day(start), min(self.clock, PREPARED_AT), zone)
