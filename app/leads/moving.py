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
from app.leads.next_steps import NamedStep, plan_named
from app.leads.own_stages import facts_of
from app.leads.services import hand_over, move_to_stage
from app.leads.stages import RequiredFact, Stage
from app.leads.values import set_value


class AlwaysAsked(StrEnum):
    """What a meaning asks for, whatever its owner says."""

    LOST_REASON = "lost_reason"
    REST_DAY = "rest_day"


Wanted = RequiredFact | AlwaysAsked

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
        super().__init__(_l("Det här behövs först: %(facts)s.", facts=", ".join(label(fact).lower() for fact in facts)))
        self.facts = tuple(facts)


def asked_by(lead: Lead, own: LeadStage) -> list[Wanted]:
    """What the stage wants to know that is not known of the lead yet, in the order it is asked."""
    always: list[Wanted] = [_ALWAYS[own.meaning]] if own.meaning in _ALWAYS else []
    known = _known_of(lead)
    return always + [fact for fact in facts_of(own) if not known.get(fact)]


def _known_of(lead: Lead) -> dict[RequiredFact, Any]:
    """Why it moves is asked each time. A value of 0 is a value."""
    return {
        RequiredFact.VALUE: lead.value_ore is not None,
        RequiredFact.PHONE: lead.contact.phone,
        RequiredFact.EMAIL: lead.contact.email,
        RequiredFact.OWNER: lead.owner_id,
        RequiredFact.NEXT_STEP: lead.next_step_at,
    }


def enter_stage(lead: Lead, own: LeadStage, actor: User, now: datetime, *, facts: Facts) -> None:
    """Move the lead there by hand, and keep what is said with it where it belongs.

    Raises FactsMissing where the stage wants to know more. A stage that was put away is refused, and so is whatever
    `move_to_stage` refuses.
    """
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
    move_to_stage(lead, own.meaning, actor, now, facts.why, facts.lost_reason, facts.rests_until_on, own)
    if facts.next_step is not None and lead.is_walking:
        plan_named(lead, facts.next_step, now)


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
