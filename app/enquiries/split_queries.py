import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.enquiries.models import Enquiry
from app.enquiries.splits import EnquirySplit, Story
from app.leads.models import Lead

_STANDS = (EnquirySplit.undone_at.is_(None), EnquirySplit.story.is_not(None))
"""It can be taken back."""
_WITH_NAMES = (joinedload(EnquirySplit.origin), joinedload(EnquirySplit.to), joinedload(EnquirySplit.enquiry))


def story_of(split: EnquirySplit) -> Story:
    """What was made and moved; empty once it is forgotten."""
    story: Story = json.loads(split.story or "{}")
    return story


def splits_of(contact_id: int) -> Sequence[EnquirySplit]:
    """What was moved from the contact or to them and can be taken back, the last first."""
    theirs = sa.or_(EnquirySplit.from_id == contact_id, EnquirySplit.to_id == contact_id)
    query = sa.select(EnquirySplit).where(theirs, *_STANDS).options(*_WITH_NAMES)
    return db.session.scalars(query.order_by(EnquirySplit.id.desc())).all()


def split_to_undo(split_id: int) -> EnquirySplit | None:
    """One that can be taken back, with whom it is about."""
    query = sa.select(EnquirySplit).where(EnquirySplit.id == split_id, *_STANDS)
    return db.session.scalar(query.options(*_WITH_NAMES))


def leads_split_from(lead_id: int) -> list[int]:
    """The leads where enquiries are now that were on this one, the latest first."""
    query = sa.select(Enquiry.lead_id).join(EnquirySplit, EnquirySplit.enquiry_id == Enquiry.id)
    moved = query.where(
        EnquirySplit.from_lead_id == lead_id, EnquirySplit.undone_at.is_(None), Enquiry.lead_id.is_not(None)
    )
    latest_first = moved.where(Enquiry.lead_id != lead_id).order_by(EnquirySplit.id.desc())
    return [key for key in db.session.scalars(latest_first) if key is not None]


def enquiries_of_contact(contact_id: int) -> Sequence[Enquiry]:
    """All on any of the contact's leads, the oldest first."""
    query = sa.select(Enquiry).join(Enquiry.lead).where(Lead.contact_id == contact_id)
    return db.session.scalars(query.order_by(Enquiry.received_at, Enquiry.id)).all()
