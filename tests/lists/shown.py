"""Changes to many at every point of their way, to be looked at on the demo's data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.core.db import db, writing
from app.leads.models import Lead, LostReason
from app.leads.own_stages import first_stage
from app.leads.stages import OPEN, Stage
from app.lists.carrying import carry_on
from app.lists.change_queries import change_to_carry
from app.lists.changing import begin, choose, say
from app.lists.models import BulkKind, ListOf
from app.plans.models import Plan

CAME_FROM = "/leads/?sort=name"


def change_facts(now: datetime) -> dict[str, Any]:
    """The keys of changes, by the names that pages call them."""
    owner = db.session.scalars(sa.select(User).where(User.role == Role.OWNER)).one()
    others = db.session.scalars(sa.select(User.id).where(User.id != owner.id)).first()
    leads = db.session.scalars(sa.select(Lead.id).where(Lead.stage.in_(OPEN)).order_by(Lead.id)).all()
    contacts = db.session.scalars(sa.select(Lead.contact_id).distinct().order_by(Lead.contact_id)).all()
    reason = db.session.scalars(sa.select(LostReason.id)).first()
    plan = db.session.scalars(sa.select(Plan.id).where(Plan.switched_on_at.is_not(None))).first()
    lost = {"stage": first_stage(Stage.LOST).id, "facts": {"lost_reason": reason}}
    step = {"kind": "call", "due_at": now.isoformat(), "due_on": now.date().isoformat(), "title": "Bjud in till mässan"}
    asked = {kind: _keep(kind, leads, None, owner, now) for kind in BulkKind if kind is not BulkKind.ERASE}
    done = _keep(BulkKind.OWNER, leads[:6], {"owner": others}, owner, now)
    with writing():
        begin(change_to_carry(done) or _missing())
    while carry_on(done, now):
        pass
    return {
        **{f"ask_{kind}": change_id for kind, change_id in asked.items()},
        "bulk_owner": _keep(BulkKind.OWNER, leads, {"owner": others}, owner, now),
        "bulk_stage": _keep(BulkKind.STAGE, leads, lost, owner, now),
        "bulk_plan": _keep(BulkKind.PLAN, leads, {"plan": plan}, owner, now),
        "bulk_next_step": _keep(BulkKind.NEXT_STEP, leads, step, owner, now),
        "bulk_tag": _keep(BulkKind.TAG, contacts, {"new_tag": "Mässan i Falun"}, owner, now, ListOf.CONTACTS),
        "bulk_erase": _keep(BulkKind.ERASE, contacts, None, owner, now, ListOf.CONTACTS),
        "bulk_done": done,
    }


def _keep(
    kind: BulkKind,
    row_ids: Sequence[int],
    choice: dict[str, Any] | None,
    actor: User,
    now: datetime,
    list_of: ListOf = ListOf.LEADS,
) -> int:
    with writing():
        change = choose(list_of, kind, row_ids, CAME_FROM, actor, now)
        if choice is not None:
            say(change, choice)
    return change.id


def _missing() -> Any:
    raise LookupError("the change is not there")
