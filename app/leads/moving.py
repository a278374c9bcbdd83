"""Moving a lead by hand: what its new stage wants to know first, and where what is said is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.models import Contact
from app.contacts.services import learn, person
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import label
from app.leads.models import Lead, LeadStage, LostReason
from app.leads.move_undo import Move, Place
from app.leads.move_undo import undo_move as undo_move
from app.leads.next_steps import NamedStep, plan_named
from app.leads.own_stages import facts_of, stage_name, stage_of
from app.leads.services import hand_over, move_to_stage
from app.leads.stages import RequiredFact, Stage
from app.leads.values import set_value


class AlwaysAsked(StrEnum):
    """What a meaning asks for, whatever its owner says."""

    LOST_REASON = "lost_reason"
    REST_DAY = "rest_day"


Wanted = RequiredFact | AlwaysAsked

_ALONE: dict[tuple[Wanted, ...], Any] = {
    (AlwaysAsked.LOST_REASON,): _l("Välj en anledning till att affären är förlorad."),
    (AlwaysAsked.REST_DAY,): _l("Välj en dag efter i dag som affären ska vila till."),
}
"""What is said where nothing but this is missing."""
_ALWAYS = {Stage.LOST: AlwaysAsked.LOST_REASON, Stage.RESTING: AlwaysAsked.REST_DAY}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said with a move; None where nothing is."""

    lost_reason: LostReason | None = None
    rests_until_on: date | None = None
    value_ore: int | None = None
    phone: str | None = None
    email: str | None = None
    """An address as it is stored (`core.mail_addresses.normalised`)."""
    owner: User | None = None
    next_step: NamedStep | None = None
    why: str | None = None


class FactsMissing(RuleBroken):
    """The stage wants to know something that nobody has said: `facts`, in the order it is asked."""

    def __init__(self, facts: Collection[Wanted]) -> None:
        self.facts = tuple(facts)
        names = ", ".join(label(fact).lower() for fact in facts)
        super().__init__(_ALONE.get(self.facts) or _l("Det här behövs först: %(facts)s.", facts=names))


def always_asked_by(own: LeadStage) -> list[Wanted]:
    """What the stage asks of every lead, since its meaning does."""
    return [_ALWAYS[own.meaning]] if own.meaning in _ALWAYS else []


def asked_by(lead: Lead, own: LeadStage) -> list[Wanted]:
    """What the stage wants to know that is not known of the lead yet, in the order it is asked."""
    known = _known_of(lead)
    return always_asked_by(own) + [fact for fact in facts_of(own) if not known.get(fact)]


def _known_of(lead: Lead) -> dict[RequiredFact, Any]:
    """Why it moves is asked each time. A value of 0 is a value."""
    return {
        RequiredFact.VALUE: lead.value_ore is not None,
        RequiredFact.PHONE: lead.contact.phone,
        RequiredFact.EMAIL: lead.contact.email,
        RequiredFact.OWNER: lead.owner_id,
        RequiredFact.NEXT_STEP: lead.next_step_at,
    }


def enter_stage(
    lead: Lead, own: LeadStage, actor: User | None, now: datetime, *, facts: Facts, left_id: int | None = None
) -> Move:
    """Move the lead there by hand, and keep what is said with it where it belongs. Gives what takes the move back.

    Raises FactsMissing where the stage wants to know more. Refused where the lead no longer stands in the stage of the
    key `left_id`, where this one was put away, and for whatever `move_to_stage` refuses.
    """
    _refuse_elsewhere(lead, left_id)
    _refuse_put_away(own)
    said = _said_in(facts)
    missing = [fact for fact in asked_by(lead, own) if not said[fact]]
    if missing:
        raise FactsMissing(missing)
    _learn(lead.contact, facts)
    if facts.owner is not None:
        hand_over(lead, facts.owner, actor, now)
    if facts.value_ore is not None:
        set_value(lead, facts.value_ore, actor, now)
    before = Place.of(lead)
    move_to_stage(lead, own.meaning, actor, now, facts.why, facts.lost_reason, facts.rests_until_on, own)
    if facts.next_step is not None and lead.is_walking:
        plan_named(lead, facts.next_step, now)
    db.session.flush()
    return Move(before, Place.of(lead), now)


def _refuse_elsewhere(lead: Lead, left_id: int | None) -> None:
    if left_id is not None and stage_of(lead).id != left_id:
        raise RuleBroken(
            _l("Affären har flyttats till %(stage)s under tiden. Titta efter innan du flyttar.", stage=stage_name(lead))
        )


def _refuse_put_away(own: LeadStage) -> None:
    """Asked of the database, and held until the write ends, since the owner may put it away at this moment."""
    query = sa.select(LeadStage.is_active).where(LeadStage.id == own.id)
    if not db.session.scalar(query.with_for_update(read=True)):
        raise RuleBroken(_l("Steget är undanlagt. Välj ett annat."))


def _said_in(facts: Facts) -> dict[Wanted, Any]:
    return {
        AlwaysAsked.LOST_REASON: facts.lost_reason,
        AlwaysAsked.REST_DAY: facts.rests_until_on,
        RequiredFact.VALUE: facts.value_ore is not None,
        RequiredFact.PHONE: facts.phone,
        RequiredFact.EMAIL: facts.email,
        RequiredFact.OWNER: facts.owner,
        RequiredFact.NEXT_STEP: facts.next_step,
        RequiredFact.WHY: facts.why,
    }


def _learn(contact: Contact, facts: Facts) -> None:
    """Keep how they are reached, where we did not know."""
    if facts.phone or facts.email:
        learn(contact, person(contact.name, facts.email, facts.phone, language=contact.language))
