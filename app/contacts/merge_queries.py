import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.contacts.merges import ContactMerge, Story
from app.core.db import db
from app.core.paging import Order, Page, page_of

_STANDS = (ContactMerge.undone_at.is_(None), ContactMerge.story.is_not(None))
"""It can be taken back."""

_LAST_FIRST = (Order((ContactMerge.id,), is_descending=True),)


def story_of(merge: ContactMerge) -> Story:
    """What both were, and which rows changed hands; empty once it is forgotten."""
    story: Story = json.loads(merge.story or "{}")
    return story


def merges_into(contact_id: int) -> Sequence[ContactMerge]:
    """The merges into a contact that can be taken back, the last first."""
    query = sa.select(ContactMerge).where(ContactMerge.kept_id == contact_id, *_STANDS)
    return db.session.scalars(query.options(joinedload(ContactMerge.actor)).order_by(ContactMerge.id.desc())).all()


def merges_page(after: str | None = None) -> Page:
    """All merges that can be taken back, the last first."""
    query = sa.select(ContactMerge).where(*_STANDS)
    query = query.options(joinedload(ContactMerge.kept), joinedload(ContactMerge.actor))
    return page_of(query, _LAST_FIRST, after)


def stories_of(contact_id: int) -> list[Story]:
    """What went into a contact, as long as it is kept."""
    return [story_of(merge) for merge in merges_into(contact_id)]


def merge_after(merge: ContactMerge) -> ContactMerge | None:
    """The last merge into the same contact that came after this one, and stands."""
    later = (one for one in merges_into(merge.kept_id) if one.id > merge.id)
    return next(later, None)


def kept_instead_of(contact_id: int) -> int | None:
    """The key of the contact that one who is gone was merged into, as long as that is remembered."""
    query = sa.select(ContactMerge.kept_id).where(ContactMerge.gone_id == contact_id, *_STANDS)
    return db.session.scalar(query.order_by(ContactMerge.id.desc()).limit(1))
