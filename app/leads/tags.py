"""The tags that leads carry."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from app.contacts.tags import ContactTag, Tag, count_deleted, tags_by
from app.core.db import Model, db
from app.core.rows import insert_once
from app.leads.models import Lead


class LeadTag(Model):
    """A lead carries a tag."""

    __tablename__ = "lead_tag"

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)


def tag_lead(lead: Lead, tag: Tag) -> bool:
    """Let the lead carry the tag. False, and no change, where it does."""
    return insert_once(LeadTag, lead_id=lead.id, tag_id=tag.id)


def untag_lead(lead: Lead, tag: Tag) -> bool:
    """Take the tag from the lead. False, and no change, where it carries none such."""
    return count_deleted(sa.delete(LeadTag).where(LeadTag.lead_id == lead.id, LeadTag.tag_id == tag.id)) > 0


def tags_of_leads(lead_ids: Collection[int]) -> dict[int, list[Tag]]:
    """What each lead carries, in alphabetical order; those that carry nothing are not in it."""
    return tags_by(LeadTag.lead_id, LeadTag.tag_id, lead_ids)


class Carriers(NamedTuple):
    """How many carry a tag."""

    contacts: int = 0
    leads: int = 0


def carriers() -> dict[int, Carriers]:
    """How many contacts and leads carry each tag; a tag that nobody carries is not in it."""
    contacts, leads = (
        dict(db.session.execute(sa.select(tag_id, sa.func.count()).group_by(tag_id)).all())
        for tag_id in (ContactTag.tag_id, LeadTag.tag_id)
    )
    return {tag_id: Carriers(contacts.get(tag_id, 0), leads.get(tag_id, 0)) for tag_id in contacts | leads}


def merge_tags(kept: Tag, gone: Tag) -> None:
    """Let all who carry the one carry the other instead, and delete it. There is no way back."""
    _hand_on(ContactTag.contact_id, ContactTag.tag_id, kept, gone)
    _hand_on(LeadTag.lead_id, LeadTag.tag_id, kept, gone)
    db.session.delete(gone)
    db.session.flush()


def _hand_on(carrier: InstrumentedAttribute[int], tag_id: InstrumentedAttribute[int], kept: Tag, gone: Tag) -> None:
    has_it = sa.select(carrier).where(tag_id == kept.id)
    links = sa.select(carrier, sa.literal(kept.id)).where(tag_id == gone.id, carrier.not_in(has_it))
    db.session.execute(sa.insert(carrier.class_).from_select([carrier.key, tag_id.key], links))
