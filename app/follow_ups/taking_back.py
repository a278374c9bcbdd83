"""Taking back what was planned for many at once: it is gone, and what gave way to it is owed again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import IS_OPEN_STEP
from app.follow_ups.services import find_next_step

Told = dict[str, Any]
"""A suggested step in words that fit JSON."""


def suggested_for(lead_ids: Collection[int]) -> dict[int, list[Told]]:
    """For each lead the steps that were only suggested, and would give way; leads without any are not in it."""
    query = sa.select(FollowUp).where(FollowUp.lead_id.in_(lead_ids), IS_OPEN_STEP, FollowUp.is_suggested)
    found: dict[int, list[Told]] = {}
    for step in db.session.scalars(query.order_by(FollowUp.id)):
        found.setdefault(step.lead_id, []).append(_tell(step))
    return found


def take_plan_back(step_id: int, gave_way: Collection[Told]) -> bool:
    """Owe a planned step no more, and what gave way to it again. The lead is locked.

    False, and no change, where the step has been done, moved or deleted since, or the lead has been closed.
    """
    step = db.session.get(FollowUp, step_id)
    if step is None or step.state is not FollowUpState.OPEN or step.planned_at != step.created_at:
        return False
    lead = step.lead
    db.session.delete(step)
    if lead.is_walking:
        db.session.add_all(_again(told, lead.id) for told in gave_way)
    db.session.flush()
    find_next_step(lead)
    return True


def _tell(step: FollowUp) -> Told:
    return {
        "kind": step.kind,
        "title": step.title,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "due_at": step.due_at.isoformat(),
        "owner_id": step.owner_id,
        "created_at": step.created_at.isoformat(),
        "planned_at": step.planned_at.isoformat(),
    }


def _again(told: Told, lead_id: int) -> FollowUp:
    return FollowUp(
        lead_id=lead_id,
        kind=FollowUpKind(told["kind"]),
        title=told["title"],
        due_on=date.fromisoformat(told["due_on"]) if told["due_on"] else None,
        due_at=datetime.fromisoformat(told["due_at"]),
        owner_id=told["owner_id"],
        is_suggested=True,
        created_at=datetime.fromisoformat(told["created_at"]),
        planned_at=datetime.fromisoformat(told["planned_at"]),
    )
