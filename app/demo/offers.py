"""Offers in the demo: a stage that Maj has added, which wants to know what the lead is worth."""

from datetime import datetime, time

import sqlalchemy as sa

from app.accounts.models import User
from app.core.db import db
from app.core.language import local_zone
from app.leads.models import Lead
from app.leads.moving import Facts, enter_stage
from app.leads.stage_editing import StageFacts, add_stage
from app.leads.stages import RequiredFact, Stage

OFFER = StageFacts("Offert skickad", "Offer sent", 5, frozenset({RequiredFact.VALUE}))
PRICE = 1_490_000
FIRST, LAST = time(8), time(17)
"""When offers are written: within working hours."""


def send_offers(owner: User) -> None:
    """Every second of those who decide has got an offer, with the last word that they had from us."""
    offer = add_stage(Stage.DECISION, OFFER)
    deciding = db.session.scalars(sa.select(Lead).where(Lead.stage == Stage.DECISION).order_by(Lead.id))
    told = [(lead, at) for lead in deciding if is_at_work(at := last_word(lead))]
    for lead, at in told[::2]:
        enter_stage(lead, offer, lead.owner or owner, at, facts=Facts(value_ore=lead.value_ore or PRICE))


def last_word(lead: Lead) -> datetime:
    """When we last did something about the lead."""
    return max(lead.stage_changed_at, lead.reached_out_at or lead.stage_changed_at)


def is_at_work(moment: datetime) -> bool:
    """Whether somebody works then."""
    local = moment.astimezone(local_zone())
    return local.weekday() < 5 and FIRST <= local.time() <= LAST
