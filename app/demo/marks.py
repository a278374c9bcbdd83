"""What Maj and Sixten have marked leads and contacts with, and how they like to look at them."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.models import Subject, SubjectKind
from app.contacts.tags import find_or_add_tag, tag_contact
from app.core.db import db
from app.demo.offers import is_at_work, last_word
from app.leads.models import Lead
from app.leads.stages import Stage
from app.leads.tags import tag_lead
from app.leads.values import set_value
from app.lists.models import ListOf
from app.lists.services import save_view

PRICES = (1_490_000, 1_490_000, 1_640_000)
PRICES_FOR_HORSES = (1_990_000, 1_990_000, 2_240_000, 3_980_000)
"""What the sales are worth, or may be, in öre: one of what we sell, with a bag, or one for each of two horses."""
HORSE_PEOPLE, FAIR, ASKS_OFTEN = "stall i väst", "mässan i Göteborg", "ring kvällstid"


def tag_people() -> None:
    """Some of the leads and contacts carry a tag, and some two."""
    fair, stable, evening = (find_or_add_tag(name) for name in (FAIR, HORSE_PEOPLE, ASKS_OFTEN))
    for lead in _leads(Lead.article_id.is_(None))[::2]:
        tag_lead(lead, fair)
    for lead in _leads(Subject.kind == SubjectKind.HORSE)[::3]:
        tag_lead(lead, stable)
        tag_contact(lead.contact, stable)
    for lead in _leads(Lead.stage == Stage.CONTACTED)[::4]:
        tag_lead(lead, evening)


def value_leads(actor: User) -> None:
    """Those that have come far have been told what it costs, and so have two of three that we have talked with."""
    talking = _leads(Lead.stage.in_((Stage.CONTACTED, Stage.CONSULTATION)))
    told = [lead for number, lead in enumerate(talking) if number % 3]
    for number, lead in enumerate([*_leads(Lead.stage.in_((Stage.TRIAL, Stage.DECISION))), *told]):
        prices = PRICES_FOR_HORSES if lead.subject.kind is SubjectKind.HORSE else PRICES
        if lead.value_ore is None and is_at_work(at := last_word(lead)):
            set_value(lead, prices[number % len(prices)], actor, at)


def save_views(people: Mapping[str, User], now: datetime) -> None:
    """One for all of them, and one of Maj's own."""
    decisions = "stage=trial&stage=decision&sort=value&cols=name,value,stage,next_step,days,owner"
    save_view(ListOf.LEADS, "Nära köp", decisions, people["maj"], now, is_shared=True)
    stable = find_or_add_tag(HORSE_PEOPLE)
    save_view(
        ListOf.LEADS,
        "Stallrundan",
        f"tag={stable.id}&subject=horse&cols=name,phone,next_step,stage",
        people["maj"],
        now,
        is_shared=False,
    )


def _leads(which: sa.ColumnElement[bool]) -> list[Lead]:
    return list(db.session.scalars(sa.select(Lead).join(Lead.subject).where(which).order_by(Lead.id)))
