from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.leads.models import IS_ADRIFT, Lead

_OPEN = FollowUp.state == FollowUpState.OPEN
_SOONEST = (FollowUp.due_at, FollowUp.id)


def open_of(lead_id: int) -> Sequence[FollowUp]:
    """What the lead is owed, the next step first."""
    return db.session.scalars(sa.select(FollowUp).where(FollowUp.lead_id == lead_id, _OPEN).order_by(*_SOONEST)).all()


def earliest_due_at(lead_id: int) -> datetime | None:
    """When the lead's next step is due."""
    return db.session.scalar(sa.select(sa.func.min(FollowUp.due_at)).where(FollowUp.lead_id == lead_id, _OPEN))


def next_steps(lead_ids: Collection[int]) -> dict[int, FollowUp]:
    """Each lead's next step, for those that have one."""
    steps: dict[int, FollowUp] = {}
    query = sa.select(FollowUp).where(FollowUp.lead_id.in_(lead_ids), _OPEN).order_by(*_SOONEST)
    for follow_up in db.session.scalars(query):
        steps.setdefault(follow_up.lead_id, follow_up)
    return steps


def due(before: datetime, *, without: FollowUpKind | None = None, limit: int = 100) -> Sequence[FollowUp]:
    """What is due before a moment, the earliest first, with the lead, contact, subject, article and owner of each."""
    query = sa.select(FollowUp).where(_OPEN, FollowUp.due_at < before).order_by(*_SOONEST).limit(limit)
    if without is not None:
        query = query.where(FollowUp.kind != without)
    lead = joinedload(FollowUp.lead)
    loads = (lead.joinedload(Lead.contact), lead.joinedload(Lead.subject), lead.joinedload(Lead.article))
    return db.session.scalars(query.options(*loads, joinedload(FollowUp.owner))).all()


def due_count(before: datetime, *, without: FollowUpKind | None = None) -> int:
    """How many steps are due before a moment."""
    query = sa.select(sa.func.count()).select_from(FollowUp).where(_OPEN, FollowUp.due_at < before)
    if without is not None:
        query = query.where(FollowUp.kind != without)
    return db.session.scalar(query) or 0


def without_next_step(limit: int = 50) -> Sequence[Lead]:
    """Open leads, resting ones aside, that nothing is owed to and that could be forgotten; the longest silent first."""
    loads = (joinedload(Lead.contact), joinedload(Lead.subject), joinedload(Lead.article), joinedload(Lead.owner))
    return db.session.scalars(
        sa.select(Lead).where(IS_ADRIFT).order_by(Lead.active_at, Lead.id).limit(limit).options(*loads)
    ).all()


def without_next_step_count() -> int:
    """How many open leads nothing is owed to."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Lead).where(IS_ADRIFT)) or 0


def follow_ups_by_id(ids: Collection[int]) -> dict[int, FollowUp]:
    """Those that the timeline tells of."""
    if not ids:
        return {}
    return {found.id: found for found in db.session.scalars(sa.select(FollowUp).where(FollowUp.id.in_(ids)))}
