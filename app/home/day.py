"""What one day asks of the reseller, in groups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.consultations.affected import affected
from app.consultations.hosts import Host, ImportedCalendar
from app.consultations.imports import stale_calendars
from app.consultations.models import Consultation
from app.consultations.queries import talks_waiting
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Enquiry
from app.enquiries.queries import to_answer
from app.follow_ups.dues import Urgency, end_of_day, urgency
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import without_next_step, without_next_step_count
from app.home.queries import steps_to_do
from app.leads.models import Lead
from app.leads.stale import Staleness, stale_counts
from app.plans.models import PlanDraft
from app.plans.queries import drafts_waiting_since, waiting_drafts
from app.trials.models import Trial
from app.trials.queries import waiting_trials

ROWS = 30
"""How many rows a group shows before it leads on to the whole list."""
LONG_FOR_A_DRAFT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """An enquiry, by when it was promised an answer, and how near that is."""

    enquiry: Enquiry
    due_at: datetime
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Day:
    """The groups of Today; the counts tell of all, the rows of the first."""

    answers: Sequence[ToAnswer]
    answers_count: int
    talks: Sequence[Consultation]
    """Today's consultations, those that nobody has told of yet, and those to confirm."""
    talks_count: int
    trials: Sequence[Trial]
    """What is to be answered, handed over, asked about and taken back."""
    trials_count: int
    steps: Sequence[FollowUp]
    steps_count: int
    drafts: Sequence[PlanDraft]
    drafts_count: int
    adrift: Sequence[Lead]
    adrift_count: int
    stale: Mapping[Staleness, int]
    late_drafts: int = 0
    """Letters of plans that nobody has approved for more than a day."""
    stale_calendars: Sequence[ImportedCalendar] = ()
    """Kept elsewhere, and not read for hours: what is new there is not known here."""
    affected: Mapping[Host, int] = field(default_factory=dict)
    """How many bookings each host's hours have left outside, for somebody to decide about."""

    @property
    def waits(self) -> int:
        """How much is to be answered, met, lent, done and approved today."""
        return self.answers_count + self.talks_count + self.trials_count + self.steps_count + self.drafts_count

    @property
    def is_empty(self) -> bool:
        return not (self.waits or self.adrift_count)


def the_day(waiting: dict[str, int], now: datetime, zone: ZoneInfo) -> Day:
    """What is to be answered, met and done by the end of the local day, what to approve, and which leads are adrift.

    Rows are asked for only where the counts say that there are any.
    """
    day_ends_at = end_of_day(now, zone)
    adrift_count = without_next_step_count()
    return Day(
        answers=[_to_answer(enquiry, now, zone) for enquiry in to_answer(ROWS)] if waiting["enquiries"] else (),
        answers_count=waiting["enquiries"],
        talks=talks_waiting(day_ends_at, ROWS) if waiting["talks"] else (),
        talks_count=waiting["talks"],
        trials=waiting_trials(now.astimezone(zone).date(), ROWS) if waiting["trials"] else (),
        trials_count=waiting["trials"],
        steps=steps_to_do(day_ends_at, ROWS) if waiting["steps"] else (),
        steps_count=waiting["steps"],
        drafts=waiting_drafts(ROWS) if waiting["drafts"] else (),
        drafts_count=waiting["drafts"],
        late_drafts=drafts_waiting_since(now - LONG_FOR_A_DRAFT) if waiting["drafts"] else 0,
        adrift=without_next_step(ROWS) if adrift_count else (),
        adrift_count=adrift_count,
        stale=stale_counts(now),
        stale_calendars=stale_calendars(now),
        affected=Counter(booking.host for booking in affected(now)),
    )


def _to_answer(enquiry: Enquiry, now: datetime, zone: ZoneInfo) -> ToAnswer:
    due_at = answer_due_at(enquiry.received_at)
    return ToAnswer(enquiry, due_at, urgency(due_at, now, zone))
