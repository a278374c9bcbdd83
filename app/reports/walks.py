"""How leads have walked, read from the lines of their timelines: how far each came, and how long it stood where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.db import db
from app.leads.models import IS_A_MOVE, Lead, LeadEvent, LeadStage
from app.leads.stages import Stage
from app.reports.medians import medians
from app.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle of some lengths of time, and of how many."""

    count: int
    stay: timedelta


class Place(NamedTuple):
    """Where leads stand, by meaning and by step, and to which step of the walk they have ever come."""

    meaning: Stage
    step: int
    furthest: int


NOWHERE = -1
"""The step of a stage that lies beside the walk."""


def step_of(
    walk: Sequence[LeadStage], meaning: sa.SQLColumnExpression[Stage | None], added: sa.SQLColumnExpression[int | None]
) -> sa.ColumnElement[int]:
    """Which step of the walk it is, counted from 0. A stage that was put away is as the first of its meaning."""
    steps = list(enumerate(walk))
    return sa.case(
        *((added == own.id, step) for step, own in steps if not own.is_first),
        *((meaning == own.meaning, step) for step, own in steps if own.is_first),
        else_=NOWHERE,
    )


def places(scope: Scope, walk: Sequence[LeadStage]) -> Mapping[Place, int]:
    """How many of the leads that came in the period are in each place."""
    came_to = step_of(walk, LeadEvent.to_stage, LeadEvent.to_added_stage_id)
    each = (
        sa.select(
            Lead.stage.label("meaning"),
            step_of(walk, Lead.stage, Lead.added_stage_id).label("step"),
            sa.func.max(came_to).label("furthest"),
        )
        .outerjoin(LeadEvent, sa.and_(LeadEvent.lead_id == Lead.id, IS_A_MOVE))
        .where(*scope.came())
        .group_by(Lead.id, Lead.stage, Lead.added_stage_id)
        .subquery()
    )
    query = sa.select(each.c.meaning, each.c.step, each.c.furthest, sa.func.count()).group_by(*each.c)
    return {Place(meaning, step, furthest): count for meaning, step, furthest, count in db.session.execute(query)}


def usual_stays(scope: Scope, walk: Sequence[LeadStage]) -> Mapping[int, Usual]:
    """How long those that came in the period stood at each step of the walk, all times together.

    Those who stand there now are left out, since nobody knows how long they will.
    """
    stays = (
        sa.select(
            LeadEvent.lead_id,
            step_of(walk, Lead.stage, Lead.added_stage_id).label("now_at"),
            step_of(walk, LeadEvent.from_stage, LeadEvent.from_added_stage_id).label("step"),
            LeadEvent.stood_seconds.label("seconds"),
        )
        .join(Lead, LeadEvent.lead_id == Lead.id)
        .where(IS_A_MOVE, LeadEvent.stood_seconds.is_not(None), *scope.came())
        .subquery()
    )
    ended = (
        sa.select(stays.c.step, sa.func.sum(stays.c.seconds).label("seconds"))
        .where(stays.c.step != NOWHERE, stays.c.step != stays.c.now_at)
        .group_by(stays.c.lead_id, stays.c.step)
        .cte("stay")
        .prefix_with("MATERIALIZED")
    )
    rows = db.session.execute(sa.union_all(*medians(ended, ended.c.step, ended.c.seconds, range(len(walk))))).all()
    return {step: usual(count, middle) for step, count, middle in rows if count}


def usual(count: int, seconds: Any) -> Usual:
    """From what a database says of a median."""
    return Usual(count, timedelta(seconds=float(seconds)))
