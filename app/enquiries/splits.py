"""Enquiries that were moved to another contact, since somebody else had sent them; and what takes that back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime
from app.core.privacy import HEALTH
from app.enquiries.models import Enquiry

Story = dict[str, Any]
"""What was made and moved; `splitting.py` writes it."""


class EnquirySplit(Model):
    """An enquiry was moved to another contact. While the story is kept, it can be taken back."""

    __tablename__ = "enquiry_split"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True)
    from_lead_id: Mapped[int] = mapped_column(index=True)
    """The lead that it was on."""
    from_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    """Empty once it was taken back, where the contact was made for it."""
    is_whole: Mapped[bool]
    """Whether its lead was moved, with all that is on it."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    split_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    story: Mapped[str | None] = mapped_column(EncryptedText("enquiry_split.story"), info=HEALTH)
    """In JSON what was made and moved for it; empty once it can be taken back no more."""

    enquiry: Mapped[Enquiry] = relationship()
    origin: Mapped[Contact] = relationship(foreign_keys=from_id)
    to: Mapped[Contact | None] = relationship(foreign_keys=to_id)
    actor: Mapped[User | None] = relationship()
