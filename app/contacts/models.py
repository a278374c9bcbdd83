from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, binary_order, one_of
from app.core.privacy import CONSENT_PROOF, CONTACT_DETAIL, HEALTH, IDENTITY, NOT_PERSONAL


class ReachBy(StrEnum):
    """How a contact wants to be reached."""

    ANY = "any"
    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"


IS_UNCOMPARED = text("compared_at IS NULL")
"""Literally, so that both databases see that the index answers it."""


class Contact(Model):
    """A person. May share an e-mail address or a phone with another person."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_name_key_id", "name_key", "id"),
        Index("ix_contact_created_at_id", "created_at", "id"),
        Index("ix_contact_uncompared", "id", sqlite_where=IS_UNCOMPARED, postgresql_where=IS_UNCOMPARED),
        {"sqlite_autoincrement": True},  # a key that somebody had is never another's: a merge that is undone needs it
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), info=IDENTITY)
    name_key: Mapped[str] = mapped_column(binary_order(200), info=IDENTITY)
    """Sorts as a Swedish reader expects (`core.words.sort_key`)."""
    email: Mapped[str | None] = mapped_column(String(254), info=CONTACT_DETAIL)
    email_key: Mapped[str | None] = mapped_column(String(254), index=True, info=CONTACT_DETAIL)
    """The address as compared: normalised and case-folded."""
    phone: Mapped[str | None] = mapped_column(String(40), info=CONTACT_DETAIL)
    """As it was typed."""
    phone_e164: Mapped[str | None] = mapped_column(String(16), index=True, info=CONTACT_DETAIL)
    """E.164 where the typed form could be parsed."""
    reach_by: Mapped[ReachBy] = mapped_column(one_of(ReachBy), default=ReachBy.ANY)
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """The last time anything happened between us."""
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When we last looked whether another contact is the same person; empty when it has other words since."""


class ContactTerm(Model):
    """One folded word by which a contact is found: of the name, the address, the phone, a horse."""

    __tablename__ = "contact_term"
    __table_args__ = (Index("ix_contact_term_contact_id_term", "contact_id", "term"),)

    term: Mapped[str] = mapped_column(binary_order(80), primary_key=True, info=IDENTITY)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)


class SubjectKind(StrEnum):
    """Whom a matter is about."""

    SELF = "self"
    RELATIVE = "relative"
    HORSE = "horse"


class Subject(Model):
    """Who a contact's matter is about: the contact, a relative, a horse."""

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SubjectKind] = mapped_column(one_of(SubjectKind))
    name: Mapped[str | None] = mapped_column(String(120), info=IDENTITY)
    """The horse's name, or the relative's where it was given."""

    contact: Mapped[Contact] = relationship()


class ConsentPurpose(StrEnum):
    """What a consent allows."""

    ANSWER = "answer"
    TIPS = "tips"
    CHECK_INS = "check_ins"


BY_HAND = "by hand"
"""Where a consent comes from that was given by word of mouth."""


class Consent(Model):
    """What a contact allowed, in which words, when and where; and when it was withdrawn."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(one_of(ConsentPurpose))
    text_version: Mapped[str] = mapped_column(String(20), info=CONSENT_PROOF)
    """Names the very words in `contacts/consent_texts.py`, where no version is ever changed."""
    language: Mapped[str] = mapped_column(String(2), info=CONSENT_PROOF)
    source: Mapped[str] = mapped_column(String(40), info=CONSENT_PROOF)
    """Where it was given: the reference of the enquiry, or `BY_HAND`."""
    said: Mapped[str | None] = mapped_column(EncryptedText("consent.said"), info=HEALTH)
    """What was said, and when, where it was given by word of mouth."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DuplicateReason(StrEnum):
    """Why two contacts may be one person, or one mailbox two."""

    SHARED_ADDRESS = "shared_address"
    TWO_MATCHES = "two_matches"
    SAME_NUMBER = "same_number"
    SAME_MAILBOX_NAME = "same_mailbox_name"
    SAME_NAME_AND_HORSE = "same_name_and_horse"


IS_OPEN_PAIR = text("(decided_at IS NULL OR are_same)")
"""Undecided, or said to be the same and not merged yet; literally, for the same reason."""


class PossibleDuplicate(Model):
    """A question for the reseller: are these two the same person?"""

    __tablename__ = "possible_duplicate"
    __table_args__ = (
        UniqueConstraint("contact_id", "other_id"),
        Index("ix_possible_duplicate_open", "id", sqlite_where=IS_OPEN_PAIR, postgresql_where=IS_OPEN_PAIR),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    reason: Mapped[DuplicateReason] = mapped_column(one_of(DuplicateReason))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    are_same: Mapped[bool | None]
