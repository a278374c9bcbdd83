from datetime import datetime, timedelta

import sqlalchemy as sa

from app.contacts.merges import ContactMerge
from app.core.db import db, writing

STORY_LIVES = timedelta(days=30)
"""For how long a merge can be taken back."""


def forget_stories(now: datetime) -> int:
    """Forget what merges that can be taken back no more were made of; says how many."""
    old = sa.update(ContactMerge).where(ContactMerge.merged_at < now - STORY_LIVES, ContactMerge.story.is_not(None))
    with writing():
        return len(db.session.scalars(old.values(story=None).returning(ContactMerge.id)).all())
