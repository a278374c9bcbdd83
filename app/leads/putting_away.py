"""A stage is put away, and its leads with it to another; and all of that taken back."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.db import at_most, db
from app.core.errors import RuleBroken
from app.core.rows import table_of
from app.leads.models import EventKind, Lead, LeadEvent, LeadStage
from app.leads.own_stages import forget_stages, stage_called, stands_in
from app.leads.stage_editing import StageFacts, refuse_taken_name, stages_to_change
from app.leads.stays import STANDS_SINCE, seconds_between

AT_A_TIME = 1000
"""As many leads are held in memory, however many stand there."""


def put_away(stage_id: int) -> None:
    """No lead is moved here any more, save those that are on their way. The first of a meaning stays."""
    own = next(known for known in stages_to_change() if known.id == stage_id)
    if own.is_first:
        raise RuleBroken(_l("Affärer kommer hit av sig själva, så steget behövs. Ge det ett annat namn i stället."))
    own.is_active = False
    db.session.flush()
    forget_stages()


def bring_back(stage_id: int) -> None:
    """Leads can be moved here again. Refused where another has taken its name."""
    stages = stages_to_change()
    own = next(known for known in stages if known.id == stage_id)
    refuse_taken_name(StageFacts.of(own), [known for known in stages if known is not own])
    own.is_active = True
    db.session.flush()
    forget_stages()


def move_all(stage_id: int, to_id: int, actor: User, now: datetime) -> int:
    """The leads of a stage that was put away go to another of the same meaning; says how many.

    In a write of its own after `put_away`, which waits for those that were on their way. The timeline of each tells
    it, and their days go on counting: nothing has happened between us and them.
    """
    own, to = stage_called(stage_id), stage_called(to_id)
    if own is None or to is None or not to.is_active or to.meaning is not own.meaning or own.is_active:
        raise RuleBroken(_l("Välj ett steg som räknas på samma sätt."))
    return _move(stands_in(own), own, to, actor, now)


def move_home(stage_id: int, to_id: int, moved_at: datetime, actor: User, now: datetime) -> int:
    """Those that `move_all` moved at that moment come back to the stage; says how many.

    One that somebody has moved since stays where it is.
    """
    own, to = stage_called(stage_id), stage_called(to_id)
    if own is None or to is None or not own.is_active:
        raise RuleBroken(_l("Välj ett steg som räknas på samma sätt."))
    line, later = aliased(LeadEvent), aliased(LeadEvent)
    is_a_move_of_it = (line.lead_id == Lead.id, line.kind == EventKind.STAGE)
    was_moved = sa.exists().where(*is_a_move_of_it, line.at == moved_at, line.from_added_stage_id == own.id)
    moved_since = sa.exists().where(later.lead_id == Lead.id, later.kind == EventKind.STAGE, later.at > moved_at)
    return _move(sa.and_(stands_in(to), was_moved, ~moved_since), to, own, actor, now)


def _move(which: sa.ColumnElement[bool], left: LeadStage, to: LeadStage, actor: User, now: datetime) -> int:
    """Move all of these, some at a time, and write it on their timelines. Both stages are of one meaning."""
    moved, last_id = 0, 0
    while stood := _next_of(which, last_id, now):
        _move_some(stood, left, to, actor, now)
        moved, last_id = moved + len(stood), max(stood)
    return moved


def _next_of(which: sa.ColumnElement[bool], after_id: int, now: datetime) -> dict[int, int]:
    """The next leads by their keys, locked, and for how many seconds each has stood where it stands."""
    query = sa.select(Lead.id, STANDS_SINCE).where(which, Lead.id > after_id).order_by(Lead.id)
    some = query.limit(at_most(AT_A_TIME)).with_for_update(of=Lead)
    return {lead_id: seconds_between(since, now) for lead_id, since in db.session.execute(some)}


def _move_some(stood: dict[int, int], left: LeadStage, to: LeadStage, actor: User, now: datetime) -> None:
    from_id, to_id = (None if own.is_first else own.id for own in (left, to))
    meaning = left.meaning
    line = {"kind": EventKind.STAGE, "at": now, "actor_id": actor.id, "from_stage": meaning, "to_stage": meaning}
    line |= {"from_added_stage_id": from_id, "to_added_stage_id": to_id}
    lines = [{"lead_id": lead_id, "stood_seconds": seconds, **line} for lead_id, seconds in stood.items()]
    db.session.execute(sa.insert(table_of(LeadEvent)), lines)
    moved = sa.update(table_of(Lead)).where(table_of(Lead).c.id == sa.bindparam("lead_id"))
    db.session.execute(moved.values(added_stage_id=to_id), [{"lead_id": lead_id} for lead_id in stood])
