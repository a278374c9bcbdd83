"""A form that a browser may send again, since it never heard whether it arrived, is stored once.

The browser makes a key with the first letter that is typed, and sends it each time (static/drafts.js). A form without a
key, as one sent without script, is always new.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import request
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, UtcDateTime, db
from app.core.privacy import SECRET
from app.core.rows import insert_once

LIVES = timedelta(days=8)
"""A day longer than a browser keeps what was typed."""
SHORTEST_KEY, LONGEST_KEY = 16, 64


class SentForm(Model):
    """The key of a form that has been stored."""

    __tablename__ = "sent_form"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True, info=SECRET)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def draft_key() -> str:
    """The key that the form under way was sent with; empty where it has none."""
    key = request.form.get("draft_key", "")
    return key if key.isascii() and key.isalnum() and SHORTEST_KEY <= len(key) <= LONGEST_KEY else ""


def is_new_form(key: str, now: datetime) -> bool:
    """Whether nothing has been stored for the key; from the end of the write under way on something has.

    Of two that are sent at once, the second waits for the first.
    """
    return not key or insert_once(SentForm, key=key, sent_at=now)


def forget_sent_forms(now: datetime) -> int:
    """Remove the keys that no browser will send again; how many."""
    gone = db.session.execute(sa.delete(SentForm).where(SentForm.sent_at < now - LIVES).returning(SentForm.key))
    return len(gone.all())
