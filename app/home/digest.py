"""What one user is told in the morning: what the day asks of them, and on Mondays how the week before it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.accounts.models import User
from app.consultations.models import Consultation
from app.consultations.queries import talks_waiting
from app.core.language import local_zone
from app.core.wall_clock import moment_of, monday_of
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.queries import count_waiting, to_answer
from app.follow_ups.dues import whole_day
from app.follow_ups.mails import MOST_LINES
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import without_next_step, without_next_step_count
from app.home.queries import TrialsOfAWeek, closed_between, letters_between, steps_of, trials_between
from app.leads.models import Lead
from app.leads.stages import Stage
from app.plans.models import PlanDraft
from app.plans.queries import drafts_count, waiting_drafts
from app.trials.models import Trial
from app.trials.queries import waiting_trials


@dataclass(frozen=True, slots=True)
class Digest:
    """What a day asks of one user. The counts tell of all, `answers`, `drafts` and `adrift` hold the first."""

    answers: Sequence[Enquiry]
    answers_count: int
    talks: Sequence[Consultation]
    trials: Sequence[Trial]
    steps: Sequence[FollowUp]
    drafts: Sequence[PlanDraft]
    drafts_count: int
    adrift: Sequence[Lead]
    adrift_count: int

    @property
    def is_empty(self) -> bool:
        waits = (self.answers_count, self.talks, self.trials, self.steps, self.drafts_count, self.adrift_count)
        return not any(waits)


def digest_of(user: User, day: date) -> Digest:
    """What waits for an answer, the user's talks, trials and steps of theirs and nobody's by the day's end, the leads
    adrift."""
    day_ends_at = whole_day(day, local_zone()).at
    return Digest(
        answers=to_answer(MOST_LINES),
        answers_count=count_waiting().get(EnquiryState.OPEN, 0),
        talks=talks_waiting(day_ends_at, user_id=user.id),
        trials=waiting_trials(day, user_id=user.id),
        steps=steps_of(user.id, day_ends_at),
        drafts=waiting_drafts(MOST_LINES),
        drafts_count=drafts_count(),
        adrift=without_next_step(MOST_LINES),
        adrift_count=without_next_step_count(),
    )


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
