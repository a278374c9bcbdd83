"""The tags that leads carry."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.contacts.tags import CAME_WITH, ContactTag, Tag, count_deleted, tags_by
from app.core.db import Model, db
from app.core.rows import insert_once
from app.leads.models import Lead


class LeadTag(Model):
    """A lead carries a tag."""

    __tablename__ = "lead_tag"
    __table_args__ = (
        Index("ix_lead_tag_came_with_id", "came_with_id", sqlite_where=CAME_WITH, postgresql_where=CAME_WITH),
    )

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)
    came_with_id: Mapped[int | None] = mapped_column(ForeignKey("tag.id", ondelete="SET NULL"))
    """The merged tag that it was given in place of; empty where somebody put it on."""


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
