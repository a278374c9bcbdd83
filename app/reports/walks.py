"""How leads have walked, read from the lines of their timelines: how far each came, and how long it stood where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from app.core.db import db
from app.leads.models import IS_A_MOVE, Lead, LeadEvent
from app.leads.stages import Stage
from app.reports.medians import medians, seconds_of
from app.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle of some lengths of time, and of how many."""

    count: int
    stay: timedelta


class Place(NamedTuple):
    """Where a lead stands, and how far along the walk it has ever been, counted from 0."""

    stage: Stage
    furthest: int


def places(scope: Scope, walk: Sequence[Stage]) -> Mapping[Place, int]:
    """How many of the leads that came in the period are in each place.

    A sale counts only while it stands: a lead that was won by mistake came no further than where it was.
    """
    step = sa.case({stage: place for place, stage in enumerate(walk)}, value=LeadEvent.to_stage, else_=0)
    each = (
        sa.select(Lead.stage, sa.func.max(sa.func.coalesce(step, 0)).label("furthest"))
        .outerjoin(LeadEvent, sa.and_(LeadEvent.lead_id == Lead.id, IS_A_MOVE))
        .where(*scope.came())
        .group_by(Lead.id, Lead.stage)
        .subquery()
    )
    query = sa.select(each.c.stage, each.c.furthest, sa.func.count()).group_by(each.c.stage, each.c.furthest)
    return {Place(stage, furthest): count for stage, furthest, count in db.session.execute(query)}


def usual_stays(scope: Scope, walk: Sequence[Stage]) -> Mapping[Stage, Usual]:
    """How long those that came in the period stood in each stage of the walk, all times together.

    Those who stand there now are left out, since nobody knows how long they will.
    """
    left = seconds_of(LeadEvent.at)
    before = sa.func.lag(left).over(partition_by=LeadEvent.lead_id, order_by=(LeadEvent.at, LeadEvent.id))
    stood = left - sa.func.coalesce(before, seconds_of(Lead.created_at))
    stays = (
        sa.select(LeadEvent.lead_id, Lead.stage.label("now_in"), LeadEvent.from_stage, stood.label("seconds"))
        .join(Lead, LeadEvent.lead_id == Lead.id)
        .where(IS_A_MOVE, *scope.came())
        .subquery()
    )
    ended = (
        sa.select(stays.c.from_stage.label("stage"), sa.func.sum(stays.c.seconds).label("seconds"))
        .where(stays.c.from_stage.in_(walk), stays.c.from_stage != stays.c.now_in)
        .group_by(stays.c.lead_id, stays.c.from_stage)
        .subquery()
    )
    rows = db.session.execute(medians(ended, ended.c.stage, ended.c.seconds))
    return {stage: Usual(count, timedelta(seconds=float(middle))) for stage, count, middle in rows}
