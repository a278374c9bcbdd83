"""What one day asks of the reseller, in groups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.consultations.affected import affected
from app.consultations.hosts import Host, ImportedCalendar
from app.consultations.imports import stale_calendars
from app.consultations.queries import talks_waiting
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Enquiry
from app.enquiries.queries import to_answer
from app.follow_ups.dues import Urgency, end_of_day, urgency
from app.follow_ups.queries import without_next_step
from app.home.groups import Counts, Group, counts_of, step_is_in, trial_is_in
from app.home.queries import steps_to_do
from app.leads.models import Lead
from app.leads.queries import resting_leads
from app.leads.stale import Staleness, stale_counts
from app.plans.queries import drafts_waiting_since, waiting_drafts
from app.trials.ahead import step_of
from app.trials.queries import waiting_trials

ROWS = 20
"""How many rows a group shows before it leads on to the whole list."""
RESTING_ROWS = 5
"""How many of those that rest an empty day offers."""
LONG_FOR_A_DRAFT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which day is asked about, at some moment of it, and whose."""

    user_id: int
    mine: bool
    """Only what falls to that user, or to nobody in particular."""
    now: datetime
    zone: ZoneInfo

    @property
    def day(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    @property
    def ends_at(self) -> datetime:
        """The local midnight that ends it."""
        return end_of_day(self.now, self.zone)

    @property
    def only(self) -> int | None:
        """Whose alone; None for everybody's."""
        return self.user_id if self.mine else None


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """An enquiry, by when it was promised an answer, and how near that is."""

    enquiry: Enquiry
    due_at: datetime
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do, and when it is due; `piece` names what shows it."""

    piece: str
    about: Any
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A group with its first rows, the most late first; the count tells of all."""

    group: Group
    rows: Sequence[Row]
    count: int

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Day:
    """The parts of Today that hold anything, and what else is to be said of the day."""

    asked: Asked
    counts: Counts
    parts: Sequence[Part]
    resting: Sequence[Lead]
    """On a day that asks nothing, those who are the next to come back."""
    stale: Mapping[Staleness, int]
    late_drafts: int
    """Letters of plans that nobody has approved for more than a day."""
    stale_calendars: Sequence[ImportedCalendar]
    """Kept elsewhere, and not read for hours: what is new there is not known here."""
    affected: Mapping[Host, int]
    """How many bookings each host's hours have left outside, for somebody to decide about."""

    @property
    def waits(self) -> int:
        """How much there is to do; what is adrift is counted apart."""
        return self.counts.waits(mine=self.asked.mine)

    @property
    def waits_for_others(self) -> int:
        """How much there is to do for colleagues, while only one's own is shown."""
        return self.counts.waits(mine=False) - self.waits


def the_day(asked: Asked) -> Day:
    """What is to be answered, met and done by the end of the local day, what to approve, and which leads are adrift.

    Rows are asked for only where the counts say that there are any.
    """
    counts = counts_of(asked.user_id, asked.day, asked.ends_at)
    has_drafts = counts.of(Group.DRAFTS, mine=asked.mine)
    return Day(
        asked=asked,
        counts=counts,
        parts=parts_of(asked, counts),
        resting=() if counts.waits(mine=asked.mine) else resting_leads(RESTING_ROWS, asked.only),
        stale=stale_counts(asked.now, asked.only),
        late_drafts=drafts_waiting_since(asked.now - LONG_FOR_A_DRAFT) if has_drafts else 0,
        stale_calendars=stale_calendars(asked.now),
        affected=Counter(booking.host for booking in affected(asked.now)),
    )


def parts_of(asked: Asked, counts: Counts) -> list[Part]:
    """The groups that hold anything, in the order of their urgency."""
    sizes = {group: counts.of(group, mine=asked.mine) for group in Group}
    return [Part(group, rows_of(group, asked), size) for group, size in sizes.items() if size]


def rows_of(group: Group, asked: Asked) -> list[Row]:
    """The first rows of a group, the most late first. Meetings and decisions are of two kinds, in one order."""
    match group:
        case Group.ANSWERS:
            return [_to_answer(enquiry, asked) for enquiry in to_answer(ROWS, asked.only)]
        case Group.CALLS | Group.TASKS:
            return _steps(group, asked)
        case Group.MEETINGS:
            talks = talks_waiting(asked.ends_at, ROWS, asked.only)
            return _in_order(_steps(group, asked), [Row("talk", talk, talk.starts_at) for talk in talks])
        case Group.TRIALS:
            return _trials(group, asked)
        case Group.DECISIONS:
            return _in_order(_steps(group, asked), _trials(group, asked))
        case Group.ADRIFT:
            return [Row("adrift", lead, lead.active_at) for lead in without_next_step(ROWS, asked.only)]
        case Group.DRAFTS:
            return [Row("draft", draft, draft.due_at) for draft in waiting_drafts(ROWS, asked.only)]


def _to_answer(enquiry: Enquiry, asked: Asked) -> Row:
    due_at = answer_due_at(enquiry.received_at)
    return Row("answer", ToAnswer(enquiry, due_at, urgency(due_at, asked.now, asked.zone)), due_at)


def _steps(group: Group, asked: Asked) -> list[Row]:
    steps = steps_to_do(asked.ends_at, ROWS, asked.only, step_is_in(group))
    return [Row("step", step, step.due_at) for step in steps]


def _trials(group: Group, asked: Asked) -> list[Row]:
    trials = waiting_trials(asked.day, ROWS, asked.only, trial_is_in(group))
    return [Row("trial", trial, step_of(trial).due_at) for trial in trials]


def _in_order(*kinds: Sequence[Row]) -> list[Row]:
    return sorted((row for rows in kinds for row in rows), key=lambda row: row.due_at)[:ROWS]
