from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.queries import falls_to
from app.core.db import at_most, db
from app.follow_ups.appointments import Appointment, next_appointments
from app.follow_ups.models import REACHES_OUT, FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.suggestions import BY_STAGE, Suggestion
from app.leads.models import IS_ADRIFT, EventKind, Lead, LeadEvent
from app.leads.queries import WITH_NAMES, lead_to_change
from app.leads.stages import Stage

IS_OPEN_STEP = FollowUp.state == sa.literal_column("'open'")
"""In the literal words of the partial indexes, which a prepared statement can then count on."""
_IS_TASK = FollowUp.kind != FollowUpKind.ANSWER
_SOONEST = (FollowUp.due_at, FollowUp.id)

Step = FollowUp | Appointment
"""What can be a lead's next step."""


def open_of(lead_id: int) -> Sequence[FollowUp]:
    """What the lead is owed, the next step first."""
    return db.session.scalars(
        sa.select(FollowUp).where(FollowUp.lead_id == lead_id, IS_OPEN_STEP).order_by(*_SOONEST)
    ).all()


def steps_touched_at(lead_id: int, at: datetime) -> Sequence[FollowUp]:
    """What was planned for the lead at that moment and is still open, and what was skipped at it."""
    is_planned, is_skipped = FollowUp.created_at == at, FollowUp.done_at == at
    touched = sa.or_(IS_OPEN_STEP & is_planned, (FollowUp.state == FollowUpState.SKIPPED) & is_skipped)
    return db.session.scalars(sa.select(FollowUp).where(FollowUp.lead_id == lead_id, touched)).all()


def answers_settled_at(lead_id: int, at: datetime) -> Sequence[FollowUp]:
    """The answers that the lead was owed no more from that moment."""
    query = sa.select(FollowUp).where(FollowUp.lead_id == lead_id, FollowUp.kind == FollowUpKind.ANSWER)
    return db.session.scalars(query.where(FollowUp.done_at == at)).all()


def earliest_due_at(lead_id: int) -> datetime | None:
    """When the earliest open follow-up of the lead is due."""
    return db.session.scalar(sa.select(sa.func.min(FollowUp.due_at)).where(FollowUp.lead_id == lead_id, IS_OPEN_STEP))


def last_reached_out_at(lead_id: int) -> datetime | None:
    """When we last answered, called, or did a step that reaches out: what `Lead.reached_out_at` holds."""
    ours = sa.select(sa.func.max(LeadEvent.at)).where(
        LeadEvent.lead_id == lead_id,
        LeadEvent.kind.in_([EventKind.ANSWER, EventKind.CALL, EventKind.CONSULTATION_HELD]),
    )
    done = sa.select(sa.func.max(FollowUp.done_at)).where(
        FollowUp.lead_id == lead_id, FollowUp.state == FollowUpState.DONE, FollowUp.kind.in_(REACHES_OUT)
    )
    return max(filter(None, (db.session.scalar(ours), db.session.scalar(done))), default=None)


def next_steps(lead_ids: Collection[int]) -> dict[int, Step]:
    """Each lead's next step, for those that have one: its earliest open follow-up, or an earlier appointment."""
    steps: dict[int, Step] = {**next_appointments(lead_ids)}
    query = sa.select(FollowUp).where(FollowUp.lead_id.in_(lead_ids), IS_OPEN_STEP).order_by(*_SOONEST)
    for follow_up in db.session.scalars(query):
        known = steps.setdefault(follow_up.lead_id, follow_up)
        if follow_up.due_at < known.due_at:
            steps[follow_up.lead_id] = follow_up
    return steps


def without_next_step(limit: int = 50, user_id: int | None = None) -> Sequence[Lead]:
    """Open leads, resting ones aside, that nothing is owed to and that could be forgotten; the longest silent first.

    Of one user and of nobody, or of all.
    """
    query = sa.select(Lead).where(IS_ADRIFT).order_by(Lead.active_at, Lead.id).limit(at_most(limit))
    if user_id is not None:
        query = query.where(falls_to(user_id, Lead.owner_id))
    return db.session.scalars(query.options(*WITH_NAMES)).all()


def without_next_step_count() -> int:
    """How many open leads nothing is owed to."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Lead).where(IS_ADRIFT)) or 0


def follow_ups_of(lead_id: int) -> Sequence[FollowUp]:
    """All that the lead is or was owed, settled or not, the earliest due first."""
    query = sa.select(FollowUp).where(FollowUp.lead_id == lead_id).options(joinedload(FollowUp.owner))
    return db.session.scalars(query.order_by(*_SOONEST)).all()


def tasks_between(after: datetime, before: datetime) -> Sequence[FollowUp]:
    """Open steps with a time of day that are due between two moments, answers aside: enquiries remind of themselves."""
    query = sa.select(FollowUp).where(IS_OPEN_STEP, _IS_TASK, FollowUp.due_on.is_(None))
    return db.session.scalars(query.where(FollowUp.due_at > after, FollowUp.due_at <= before).order_by(*_SOONEST)).all()


def tasks_of(user_id: int, before: datetime) -> Sequence[FollowUp]:
    """What one user, or nobody in particular, has to do before a moment; answers aside."""
    query = sa.select(FollowUp).where(
        IS_OPEN_STEP, _IS_TASK, falls_to(user_id, FollowUp.owner_id), FollowUp.due_at <= before
    )
    return db.session.scalars(query.order_by(*_SOONEST)).all()


def follow_up_to_change(follow_up_id: int) -> FollowUp | None:
    """The follow-up with its lead and contact, the lead locked until the write ends."""
    lead_id = db.session.scalar(sa.select(FollowUp.lead_id).where(FollowUp.id == follow_up_id))
    if lead_id is None or lead_to_change(lead_id) is None:
        return None
    return db.session.get(FollowUp, follow_up_id)


def suggested_next(stage: Stage) -> Suggestion | None:
    """What usually comes next for a lead in that stage; None for one that is won or lost."""
    return BY_STAGE.get(stage)
