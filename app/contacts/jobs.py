from datetime import datetime, timedelta

import sqlalchemy as sa

from app.contacts.comparing import compare, uncompared
from app.contacts.merges import ContactMerge
from app.contacts.queries import contact_to_change
from app.core.db import db, writing
from app.core.one_by_one import one_by_one

STORY_LIVES = timedelta(days=30)
"""For how long a merge can be taken back."""
COMPARED_AT_ONCE = 200
"""Contacts in one run of the job; what came in a day is done in minutes, and an import in a night."""


def compare_contacts(now: datetime) -> int:
    """Look whether contacts who are new, or have other words, are somebody we know already; says how many we ask of."""
    return one_by_one(uncompared(COMPARED_AT_ONCE), lambda contact_id: _compare(contact_id, now))


def _compare(contact_id: int, now: datetime) -> int:
    with writing():
        contact = contact_to_change(contact_id)
        return compare(contact, now) if contact else 0


def forget_stories(now: datetime) -> int:
    """Forget what merges that can be taken back no more were made of; says how many."""
    old = sa.update(ContactMerge).where(ContactMerge.merged_at < now - STORY_LIVES, ContactMerge.story.is_not(None))
    with writing():
        return len(db.session.scalars(old.values(story=None).returning(ContactMerge.id)).all())
