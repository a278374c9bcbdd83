"""Tags: words of our own by which contacts and leads are told apart."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model
from app.core.privacy import HEALTH, KEYED_HASH


class Tag(Model):
    """One word that contacts and leads can carry. It may tell of somebody's health, so it is kept as such."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText("tag.name"), info=HEALTH)
    name_hash: Mapped[str] = mapped_column(String(32), unique=True, info=KEYED_HASH)
    """Of the name without accents and capitals, so that no two tags say the same."""


class ContactTag(Model):
    """A contact carries a tag."""

    __tablename__ = "contact_tag"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)
