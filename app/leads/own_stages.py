"""The stages as the owner has named and ordered them. What is automatic speaks of their meanings (`stages.py`)."""

from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa
from flask import g

from app.core.db import db
from app.core.labels import name_here
from app.core.rows import plain, table_of
from app.leads.first_stages import FIRST_STAGES
from app.leads.models import Lead, LeadEvent, LeadStage, StageFact
from app.leads.stages import WALK, RequiredFact, Stage

_STAGES, _FACTS = "own_stages", "facts_of_stages"
_ENDS = {meaning: place for place, meaning in enumerate((Stage.WON, Stage.LOST, Stage.RESTING), start=1)}


class Standing(Protocol):
    """What must be known of a lead to say where it stands: a lead itself, or a row of the list."""

    @property
    def stage(self) -> Stage: ...

    @property
    def added_stage_id(self) -> int | None: ...


def every_stage() -> Sequence[LeadStage]:
    """All stages in the owner's order, put away or not: first those of the walk, then won, lost and resting.

    Read once a request, and by every page: plain objects that belong to no session, so that no write makes them stale.
    """
    if _STAGES not in g:
        rows = db.session.execute(sa.select(table_of(LeadStage)))
        found = [plain(LeadStage, **row._mapping) for row in rows]
        setattr(g, _STAGES, sorted(found, key=lambda own: (_ENDS.get(own.meaning, 0), own.position, own.id)))
    stages: Sequence[LeadStage] = g.get(_STAGES)
    return stages


def forget_stages() -> None:
    """Read them anew, with what they want to know, since something has changed."""
    for kept in (_STAGES, _FACTS):
        g.pop(kept, None)


def stages_in_order() -> Sequence[LeadStage]:
    """The stages that leads can be moved to, in the owner's order."""
    return [own for own in every_stage() if own.is_active]


def walk_in_order() -> Sequence[LeadStage]:
    """Those of them that a lead walks."""
    return [own for own in stages_in_order() if own.meaning in WALK]


def first_stage(meaning: Stage) -> LeadStage:
    """The stage that automatic moves to that meaning lead to."""
    return next(own for own in every_stage() if own.is_first and own.meaning is meaning)


def stage_called(stage_id: int | None) -> LeadStage | None:
    """The stage of that key, put away or not."""
    return next((own for own in every_stage() if own.id == stage_id), None)


def own_stage(meaning: Stage, added_stage_id: int | None) -> LeadStage:
    """The added one, else the first of its meaning."""
    return (stage_called(added_stage_id) if added_stage_id else None) or first_stage(meaning)


def stage_of(lead: Standing) -> LeadStage:
    """Where the lead stands."""
    return own_stage(lead.stage, lead.added_stage_id)


def stands_in(own: LeadStage) -> sa.ColumnElement[bool]:
    """The condition that a lead stands there."""
    added = Lead.added_stage_id.is_(None) if own.is_first else Lead.added_stage_id == own.id
    return sa.and_(Lead.stage == own.meaning, added)


def stage_name(lead: Standing) -> str:
    """What the owner calls where the lead stands."""
    return name_here(stage_of(lead))


def stage_left(event: LeadEvent) -> str:
    """What the owner calls where a move began; nothing for the first line of a lead."""
    return name_here(own_stage(event.from_stage, event.from_added_stage_id)) if event.from_stage else ""


def stage_reached(event: LeadEvent) -> str:
    """What the owner calls where a move led."""
    return name_here(own_stage(event.to_stage, event.to_added_stage_id)) if event.to_stage else ""


def name_of_meaning(meaning: Stage) -> str:
    """What the owner calls the first stage of that meaning."""
    return name_here(first_stage(meaning))


def facts_of(own: LeadStage) -> Sequence[RequiredFact]:
    """What must be known of a lead that comes there, in the order it is asked. Read for all stages once a request."""
    if _FACTS not in g:
        rows = db.session.execute(sa.select(StageFact.stage_id, StageFact.fact)).all()
        setattr(g, _FACTS, {(stage_id, fact) for stage_id, fact in rows})
    return [fact for fact in RequiredFact if (own.id, fact) in g.get(_FACTS)]


def ensure_stages() -> None:
    """The stages that a new instance starts with. Where a meaning has its first stage, the owner's is left alone."""
    known = {own.meaning for own in every_stage() if own.is_first}
    for position, (meaning, swedish, english, days) in enumerate(FIRST_STAGES, start=1):
        if meaning not in known:
            names = {"name_sv": swedish, "name_en": english}
            db.session.add(LeadStage(meaning=meaning, is_first=True, position=position, expected_days=days, **names))
    forget_stages()
