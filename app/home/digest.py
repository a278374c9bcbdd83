"""What one user is told in the morning: what the day asks of them, and on Mondays how the week before it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.accounts.models import User
from app.core.language import local_zone
from app.core.wall_clock import moment_of, monday_of, start_of_day
from app.enquiries.deadlines import answer_due_at
from app.follow_ups.queries import without_next_step_count
from app.home.day import Asked, Part, parts_of
from app.home.groups import counts_of
from app.home.queries import TrialsOfAWeek, closed_between, letters_between, trials_between
from app.leads.stages import Stage


@dataclass(frozen=True, slots=True)
class Digest:
    """What a day asks of one user, and of nobody in particular: the groups of Today that hold anything."""

    day: date
    parts: Sequence[Part]

    @property
    def is_empty(self) -> bool:
        return not self.parts


def digest_of(user: User, day: date) -> Digest:
    """What the user's own Today shows by the end of a local day."""
    asked = Asked(user.id, True, start_of_day(day, local_zone()), local_zone())
    return Digest(day, parts_of(asked, counts_of(user.id, day, asked.ends_at)))


@dataclass(frozen=True, slots=True)
class Week:
    """How the week went that began on a Monday."""

    begins_on: date
    enquiries: int
    answered_in_time: int
    answered_late: int
    """Or not yet, though the time has passed."""
    won: int
    lost: int
    adrift: int
    """Right now."""
    trials: TrialsOfAWeek

    @property
    def ends_on(self) -> date:
        return self.begins_on + timedelta(days=6)

    @property
    def is_empty(self) -> bool:
        return not (self.enquiries or self.won or self.lost or self.adrift or any(self.trials))


def week_before(day: date) -> Week:
    """The local week that ended before that day's began."""
    monday = monday_of(day)
    start, end = (moment_of(first, time(0, 0), local_zone()) for first in (monday - timedelta(days=7), monday))
    letters = letters_between(start, end)
    closed = closed_between(start, end)
    in_time = [_is_in_time(received_at, settled_at, end) for received_at, settled_at in letters]
    return Week(
        begins_on=monday - timedelta(days=7),
        enquiries=len(letters),
        answered_in_time=in_time.count(True),
        answered_late=in_time.count(False),
        won=closed.get(Stage.WON, 0),
        lost=closed.get(Stage.LOST, 0),
        adrift=without_next_step_count(),
        trials=trials_between(start, end, day),
    )


def _is_in_time(received_at: datetime, settled_at: datetime | None, now: datetime) -> bool | None:
    """Whether it was settled when promised; None while there is time left."""
    due_at = answer_due_at(received_at)
    if settled_at is not None:
        return settled_at <= due_at
    return False if due_at <= now else None
