"""What was said of a change to many, as it is kept in its row: written by a form, read when it is carried out."""

import json
from datetime import date, datetime
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.tags import Tag, find_or_add_tag
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.rows import Row
from app.follow_ups.models import FollowUpKind
from app.follow_ups.onward import NextStep
from app.leads.models import LeadStage, LostReason
from app.leads.moving import Facts
from app.leads.own_stages import stage_called
from app.lists.deeds import Deed
from app.lists.erasures import Erase
from app.lists.models import BulkChange, BulkKind
from app.lists.next_steps import PlanStep
from app.lists.owners import GiveOwner
from app.lists.plan_starts import StartPlan
from app.lists.stages import EnterStage
from app.lists.tagging import ChangeTag
from app.plans.models import Plan

Choice = dict[str, Any]


def choice_of(change: BulkChange) -> Choice | None:
    """What was said of the change; None before it is."""
    return json.loads(change.choice) if change.choice else None


def deed_of(change: BulkChange) -> Deed:
    """What the change does. Refused where what was chosen is not there any more."""
    choice = choice_of(change) or {}
    match change.kind:
        case BulkKind.OWNER:
            return GiveOwner(_chosen(User, choice["owner"]) if choice["owner"] else None)
        case BulkKind.STAGE:
            return EnterStage(stage_chosen(choice), _facts_in(choice))
        case BulkKind.NEXT_STEP:
            return PlanStep(_step_in(choice))
        case BulkKind.PLAN:
            return StartPlan(_chosen(Plan, choice["plan"]))
        case BulkKind.TAG | BulkKind.UNTAG:
            tag = _tag_chosen(choice["tag"]) if "tag" in choice else None
            return ChangeTag(change.list_of, tag, change.kind is BulkKind.TAG, choice.get("new_tag", ""))
        case BulkKind.ERASE:
            return Erase()


def _chosen(model: type[Row], key: int) -> Row:
    return db.session.get(model, key) or _refuse_gone()


def _tag_chosen(tag_id: int) -> Tag:
    tag = _chosen(Tag, tag_id)
    return tag if tag.removed_at is None else _refuse_gone()


def _refuse_gone() -> NoReturn:
    raise RuleBroken(_l("Det som valdes finns inte längre. Gå tillbaka och välj något annat."))


def stage_chosen(choice: Choice) -> LeadStage:
    """The stage that was chosen. Refused where it is not there any more."""
    return stage_called(choice["stage"]) or _refuse_gone()


def _facts_in(choice: Choice) -> Facts:
    said = choice.get("facts", {})
    return Facts(
        lost_reason=_chosen(LostReason, said["lost_reason"]) if "lost_reason" in said else None,
        rests_until_on=date.fromisoformat(said["rests_until_on"]) if "rests_until_on" in said else None,
        value_ore=said.get("value_ore"),
        owner=_chosen(User, said["owner"]) if "owner" in said else None,
        next_step=_step_in(said["next_step"]) if "next_step" in said else None,
        why=said.get("why"),
    )


def step_choice(step: NextStep) -> Choice:
    """A next step as it is kept."""
    due_on = step.due_on.isoformat() if step.due_on else None
    return {"kind": step.kind, "due_at": step.due_at.isoformat(), "due_on": due_on, "title": step.title}


def _step_in(choice: Choice) -> NextStep:
    due_on = date.fromisoformat(choice["due_on"]) if choice["due_on"] else None
    return NextStep(
        FollowUpKind(choice["kind"]), datetime.fromisoformat(choice["due_at"]), due_on, choice["title"] or None
    )


def settle_choice(change: BulkChange) -> None:
    """Make what the change needs and was not there when it was chosen: a new tag."""
    choice = choice_of(change) or {}
    if "new_tag" in choice:
        change.choice = json.dumps({"tag": find_or_add_tag(choice["new_tag"]).id})
