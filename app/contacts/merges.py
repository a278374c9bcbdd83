"""Contacts that were joined into one, and what takes it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime
from app.core.privacy import HEALTH

Story = dict[str, Any]
"""What both were, and which rows changed hands; `merging.py` writes it."""


class ContactMerge(Model):
    """Two contacts became one. While the story is kept, it can be taken back, whole."""

    __tablename__ = "contact_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int] = mapped_column(index=True)
    """The key that the other contact had, and gets back."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    story: Mapped[str | None] = mapped_column(EncryptedText("contact_merge.story"), info=HEALTH)
    """In JSON what both were, and which rows changed hands; empty once it can be taken back no more."""

    kept: Mapped[Contact] = relationship()
    actor: Mapped[User | None] = relationship()
