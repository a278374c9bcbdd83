"""Which touch points there are, and which loans have come to their last day."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from app.core.db import db
from app.trials.models import IS_OPEN, Trial, TrialState
from app.trials.touch_points import ASKS_FOR_THE_UNIT, IS_PLANNED, TouchPoint


def touch_points_of(trial_id: int) -> Sequence[TouchPoint]:
    """All that a loan is or was owed, in the order of its days."""
    query = sa.select(TouchPoint).where(TouchPoint.trial_id == trial_id)
    return db.session.scalars(query.order_by(TouchPoint.due_on, TouchPoint.id)).all()


def points_due(until: date) -> Sequence[tuple[int, int]]:
    """Key and loan of each touch point that is planned for that day or an earlier one, and does not wait for a unit on
    its way back; the earliest first."""
    returning = sa.select(Trial.id).where(Trial.state == TrialState.RETURNING)
    waits = sa.and_(TouchPoint.kind.in_(ASKS_FOR_THE_UNIT), TouchPoint.trial_id.in_(returning))
    query = sa.select(TouchPoint.id, TouchPoint.trial_id).where(IS_PLANNED, TouchPoint.due_on <= until, ~waits)
    return [
        (point_id, trial_id)
        for point_id, trial_id in db.session.execute(query.order_by(TouchPoint.due_on, TouchPoint.id))
    ]


def ended_by(day: date) -> Sequence[int]:
    """The loans that are out and have that day, or an earlier one, as their last."""
    query = sa.select(Trial.id).where(IS_OPEN, Trial.state == TrialState.OUT, Trial.ends_on <= day)
    return db.session.scalars(query.order_by(Trial.ends_on, Trial.id)).all()
