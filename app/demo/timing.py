"""When the beats of a thread happened, counted backwards from the present, so that the demo is never out of date.

We work on working days; visitors write when they have a moment, and that is often in the evening.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.core.workdays import end_of_next_working_day, is_working_day
from app.demo.script import Beat, NextStep, Thread
from app.follow_ups.dues import Due, at_time, whole_day

AT_WORK = (time(8, 15), time(16, 50))
AWAKE = (time(6, 45), time(23, 10))
EVENING = (time(17, 30), time(23, 10))
SHORTEST = timedelta(minutes=15)
"""We need so long to answer, and no window is shorter."""

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")


@dataclass(frozen=True, slots=True)
class Present:
    """The moment the demo is filled, and how its days are counted."""

    now: datetime
    zone: ZoneInfo
    closes_at: time

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        return min(self.now, self.at(day, time(23, 59)))


def moments_of(thread: Thread, present: Present, chance: Random) -> list[datetime]:
    """When each beat happened, in order, each before the next and the last before now."""
    later = thread.beats[-1]
    moments = [_last_moment(thread, present, chance)]
    for beat in reversed(thread.beats[:-1]):
        moments.append(_before(moments[-1], later.days, beat, present, chance))
        later = beat
    return moments[::-1]


def due_of(step: NextStep, present: Present) -> Due:
    """When the next step is due. What is still to come falls on a working day."""
    day = present.today + timedelta(days=step.days)
    while step.days > 0 and not is_working_day(day):
        day += timedelta(days=1)
    return whole_day(day, present.zone) if step.clock is None else at_time(day, step.clock, present.zone)


def start_of(talk: NextStep, present: Present) -> datetime:
    """When a consultation begins that nobody has told the outcome of. It falls on a working day, past or to come."""
    day = present.today + timedelta(days=talk.days)
    while not is_working_day(day):
        day += timedelta(days=-1 if talk.days < 0 else 1)
    return present.at(day, talk.clock or AT_WORK[0])


def weekday_of(due: Due, present: Present) -> str:
    """The Swedish name of the day it falls on."""
    return WEEKDAYS[(due.on or present.day_of(due.at)).weekday()]


def _last_moment(thread: Thread, present: Present, chance: Random) -> datetime:
    match thread.ago:
        case None:
            return _running_out(present)
        case timedelta():
            return present.now - thread.ago
        case days:
            return _some_time(thread.beats[-1], present.end_of(present.today - timedelta(days=days)), present, chance)


def _before(moment: datetime, days: int, beat: Beat, present: Present, chance: Random) -> datetime:
    if days:
        return _some_time(beat, present.end_of(present.day_of(moment) - timedelta(days=days)), present, chance)
    if beat.verb.is_theirs and chance.random() < 0.5:
        evening_before = present.day_of(moment) - timedelta(days=1)
        return _within(evening_before, EVENING, present.now, present, chance) or moment - SHORTEST
    return _some_time(beat, moment - SHORTEST, present, chance)


def _some_time(beat: Beat, latest: datetime, present: Present, chance: Random) -> datetime:
    """The last day up to `latest` when it could have happened, at a likely time."""
    hours = AWAKE if beat.verb.is_theirs else AT_WORK
    day = present.day_of(latest)
    while True:
        if beat.verb.is_theirs or is_working_day(day):
            moment = _within(day, hours, latest, present, chance)
            if moment is not None:
                return moment
        day -= timedelta(days=1)


def _within(day: date, hours: tuple[time, time], latest: datetime, present: Present, chance: Random) -> datetime | None:
    opens, closes = present.at(day, hours[0]), min(present.at(day, hours[1]), latest)
    if closes - opens < SHORTEST:
        return None
    return opens + timedelta(seconds=chance.randrange(int((closes - opens).total_seconds())))


def _running_out(present: Present) -> datetime:
    """The morning, up to now, whose letters must be answered at the next closing time."""
    received = present.now - timedelta(hours=2)
    due = end_of_next_working_day(received, present.zone, present.closes_at)
    for days in range(1, 8):
        earlier = present.at(present.day_of(present.now) - timedelta(days=days), time(10, 40))
        if present.now < end_of_next_working_day(earlier, present.zone, present.closes_at) <= due:
            received = earlier
    return received
