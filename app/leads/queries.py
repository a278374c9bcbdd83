from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.queries import falls_to
from app.articles.models import Article
from app.contacts.models import Contact
from app.contacts.search import matching
from app.core.db import at_most, db
from app.leads.locks import lock_what_comes_first
from app.leads.models import IS_RESTING, Lead, LeadEvent, LeadStage, LostReason
from app.leads.own_stages import first_stage, own_stage
from app.leads.stages import OPEN, WALK, Stage

WITH_NAMES = (
    joinedload(Lead.contact),
    joinedload(Lead.subject),
    joinedload(Lead.article).load_only(Article.title, Article.slug),
    joinedload(Lead.owner),
)
"""Loads whom and what a lead is called after; the article without its text."""


def has_leads() -> bool:
    """Whether any lead has ever come."""
    return db.session.scalar(sa.select(sa.exists().select_from(Lead))) or False


def open_lead_of(contact_id: int, subject_id: int) -> Lead | None:
    """The contact's open lead for that subject, the latest where there are several; locked until the write ends."""
    query = sa.select(Lead).where(Lead.contact_id == contact_id, Lead.subject_id == subject_id, Lead.stage.in_(OPEN))
    return db.session.scalar(query.order_by(Lead.id.desc()).limit(1).with_for_update())


def lead_to_change(lead_id: int) -> Lead | None:
    """The lead with its contact, locked until the write ends, so that its next step stays the earliest.

    What other rooms lock before it, they have locked by then. The contact is asked for once the lead is locked: it may
    have been joined with another until then.
    """
    lock_what_comes_first(lead_id)
    theirs = sa.select(Lead).where(Lead.id == lead_id)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(theirs.with_only_columns(Lead.id).with_for_update())
    query = theirs.options(joinedload(Lead.contact, innerjoin=True))
    return db.session.scalar(query.execution_options(populate_existing=True))


def lead_with_all(lead_id: int) -> Lead | None:
    """The lead with everything its page names."""
    return db.session.scalar(
        sa.select(Lead).where(Lead.id == lead_id).options(*WITH_NAMES, joinedload(Lead.lost_reason))
    )


def timeline(lead: Lead) -> Sequence[LeadEvent]:
    """Everything that happened, the latest first."""
    query = sa.select(LeadEvent).where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.at.desc(), LeadEvent.id.desc())
    return db.session.scalars(query.options(joinedload(LeadEvent.actor))).all()


def stage_before(lead: Lead) -> LeadStage | None:
    """Where on the walk the lead last stood before it was put to rest or closed; None where that is not known.

    For a stage that the owner has put away since, the first of its meaning.
    """
    query = sa.select(LeadEvent.from_stage, LeadEvent.from_added_stage_id)
    query = query.where(LeadEvent.lead_id == lead.id, LeadEvent.from_stage.in_(WALK))
    stage, added_stage_id = db.session.execute(
        query.order_by(LeadEvent.at.desc(), LeadEvent.id.desc()).limit(1)
    ).first() or (None, None)
    if stage is None:
        return None
    own = own_stage(stage, added_stage_id)
    return own if own.is_active else first_stage(own.meaning)


def rested_until(today: date, limit: int) -> Sequence[int]:
    """The keys of leads whose day to come back is here, the longest overdue first."""
    query = sa.select(Lead.id).where(Lead.rests_until_on <= today).order_by(Lead.rests_until_on, Lead.id)
    return db.session.scalars(query.limit(limit)).all()


def resting_leads(limit: int, user_id: int | None = None) -> Sequence[Lead]:
    """Leads that rest until a day, the first to come back first. Of one user and of nobody, or of all."""
    query = sa.select(Lead).where(IS_RESTING).order_by(Lead.rests_until_on, Lead.id).limit(at_most(limit))
    if user_id is not None:
        query = query.where(falls_to(user_id, Lead.owner_id))
    return db.session.scalars(query.options(*WITH_NAMES)).all()


def leads_of(contact_id: int) -> Sequence[Lead]:
    """A contact's leads, the latest active first."""
    query = sa.select(Lead).where(Lead.contact_id == contact_id).order_by(Lead.active_at.desc(), Lead.id.desc())
    return db.session.scalars(query.options(*WITH_NAMES)).all()


def related_leads(lead: Lead, limit: int = 6) -> Sequence[Lead]:
    """Other leads of the same contact, or of one with the same mailbox or number; theirs first, then the latest."""
    sharing = [
        sa.select(Contact.id).where(detail == value)
        for detail in (Contact.email_key, Contact.phone_e164)
        if (value := getattr(lead.contact, detail.key))
    ]
    own = sa.select(sa.literal(lead.contact_id))
    query = sa.select(Lead).where(Lead.contact_id.in_(sa.union_all(own, *sharing)), Lead.id != lead.id)
    is_anothers = sa.case((Lead.contact_id == lead.contact_id, 0), else_=1)
    query = query.order_by(is_anothers, Lead.active_at.desc(), Lead.id.desc()).limit(limit)
    return db.session.scalars(query.options(*WITH_NAMES)).all()


def leads_to_change(contacts: Sequence[Contact]) -> Sequence[Lead]:
    """All leads of the contacts, locked until the write ends; in the order of their keys, as everybody does."""
    return db.session.scalars(leads_of_contacts([contact.id for contact in contacts]).with_for_update()).all()


def leads_of_contacts(contact_ids: Collection[int]) -> sa.Select[Lead]:
    """All leads of the contacts, in the order of their keys."""
    return sa.select(Lead).where(Lead.contact_id.in_(contact_ids)).order_by(Lead.id)


def leads_found(words: str, limit: int = 6) -> Sequence[Lead]:
    """Some leads whose contact is found by the words, the latest active first; none where nothing is asked."""
    found = matching(words, Lead.contact_id)
    if found is None:
        return []
    query = sa.select(Lead).where(found).order_by(Lead.active_at.desc(), Lead.id.desc()).limit(limit)
    return db.session.scalars(query.options(*WITH_NAMES)).all()


def is_subject_of_others(lead: Lead) -> bool:
    """Whether another lead is about the same as this one."""
    others = sa.exists().where(Lead.subject_id == lead.subject_id, Lead.id != lead.id)
    return db.session.scalar(sa.select(others)) or False


def names_of_leads(lead_ids: Collection[int]) -> dict[int, str]:
    """What the leads' contacts are called; leads that are gone are not in it."""
    query = sa.select(Lead.id, Contact.name).join(Lead.contact).where(Lead.id.in_(lead_ids))
    return dict(db.session.execute(query).all())


def lost_reasons() -> Sequence[LostReason]:
    """The reasons that can be chosen, in the owner's order."""
    query = sa.select(LostReason).where(LostReason.is_active)
    return db.session.scalars(query.order_by(LostReason.position, LostReason.id)).all()


def has_lost_reasons() -> bool:
    """Whether the instance has any, chosen or put away."""
    return db.session.scalar(sa.select(sa.exists().select_from(LostReason))) or False


def open_leads_by_article() -> dict[int, int]:
    """For each article's key how many open leads began there; articles without any are not in it."""
    query = sa.select(Lead.article_id, sa.func.count()).where(Lead.stage.in_(OPEN)).group_by(Lead.article_id)
    return {article_id: count for article_id, count in db.session.execute(query) if article_id is not None}


class LeadOfContact(NamedTuple):
    """Where a lead stands, as the list of contacts tells it."""

    stage: Stage
    added_stage_id: int | None


def leads_by_contact(contact_ids: Collection[int]) -> dict[int, list[LeadOfContact]]:
    """Where each contact's leads stand, the latest active first; contacts without any are not in it."""
    query = sa.select(Lead.contact_id, Lead.stage, Lead.added_stage_id).where(Lead.contact_id.in_(contact_ids))
    found: dict[int, list[LeadOfContact]] = {}
    for contact_id, stage, added in db.session.execute(query.order_by(Lead.active_at.desc(), Lead.id.desc())):
        found.setdefault(contact_id, []).append(LeadOfContact(stage, added))
    return found
