"""The tags that leads carry."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.contacts.tags import Tag, is_deleted, tags_by
from app.core.db import Model
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
    return is_deleted(sa.delete(LeadTag).where(LeadTag.lead_id == lead.id, LeadTag.tag_id == tag.id))


def tags_of_leads(lead_ids: Collection[int]) -> dict[int, list[Tag]]:
    """What each lead carries, in alphabetical order; those that carry nothing are not in it."""
    return tags_by(LeadTag.lead_id, LeadTag.tag_id, lead_ids)
