from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.articles.models import Article
from app.contacts.models import ReachBy, SubjectKind
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import (
    ATTRIBUTION,
    CONSENT_PROOF,
    CONTACT_DETAIL,
    HEALTH,
    IDENTITY,
    KEYED_HASH,
    NOT_PERSONAL,
    SECRET,
)
from app.leads.models import Lead


class Wish(StrEnum):
    """What the visitor would like."""

    ASK = "ask"
    CALL = "call"
    BOOK = "book"
    TRY = "try"
    BUY = "buy"


class EnquiryState(StrEnum):
    """Open until it is answered or needs no answer; suspected spam waits in quarantine."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    QUARANTINED = "quarantined"


class EnquiryWay(StrEnum):
    """How it reached us."""

    FORM = "form"
    REPLY = "reply"


IN_QUARANTINE = text("state = 'quarantined'")
IS_OPEN = text("state = 'open'")


class Enquiry(Model):
    """One thing a visitor sent us. What was sent is never edited; only where it stands changes."""

    __tablename__ = "enquiry"
    __table_args__ = (
        Index("ix_enquiry_state_received_at_id", "state", "received_at", "id"),
        Index("ix_enquiry_address_hash_received_at", "address_hash", "received_at"),
        Index("ix_enquiry_came", "received_at", "way", "state", "lead_id", "article_id"),
        Index("ix_enquiry_of_lead", "lead_id", "received_at", "id", "way", "state"),
        Index("ix_enquiry_open", "lead_id", "received_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=NOT_PERSONAL)
    """What the visitor can quote: "LT-7K3M9Q"."""
    nonce: Mapped[str] = mapped_column(String(32), unique=True, info=SECRET)
    """The form's own number: the same form sent again is the same enquiry."""
    way: Mapped[EnquiryWay] = mapped_column(one_of(EnquiryWay), default=EnquiryWay.FORM)
    state: Mapped[EnquiryState] = mapped_column(one_of(EnquiryState), default=EnquiryState.OPEN)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was answered or closed."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"))
    """Empty while in quarantine."""
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"), index=True)

    name: Mapped[str] = mapped_column(String(120), info=IDENTITY)
    email: Mapped[str | None] = mapped_column(String(254), info=CONTACT_DETAIL)
    phone: Mapped[str | None] = mapped_column(String(40), info=CONTACT_DETAIL)
    reach_by: Mapped[ReachBy] = mapped_column(one_of(ReachBy), default=ReachBy.ANY)
    subject_kind: Mapped[SubjectKind] = mapped_column(one_of(SubjectKind), default=SubjectKind.SELF)
    subject_name: Mapped[str | None] = mapped_column(String(120), info=IDENTITY)
    wish: Mapped[Wish] = mapped_column(one_of(Wish), default=Wish.ASK)
    message: Mapped[str] = mapped_column(EncryptedText("enquiry.message"), info=HEALTH)
    was_masked: Mapped[bool] = mapped_column(default=False)
    """Whether a personal identity number was blotted out of the text before it was stored."""
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    consent_version: Mapped[str | None] = mapped_column(String(20), info=CONSENT_PROOF)
    tips_version: Mapped[str | None] = mapped_column(String(20), info=CONSENT_PROOF)

    page: Mapped[str | None] = mapped_column(String(300), info=ATTRIBUTION)
    referrer_host: Mapped[str | None] = mapped_column(String(253), info=ATTRIBUTION)
    utm_source: Mapped[str | None] = mapped_column(String(100), info=ATTRIBUTION)
    utm_medium: Mapped[str | None] = mapped_column(String(100), info=ATTRIBUTION)
    utm_campaign: Mapped[str | None] = mapped_column(String(100), info=ATTRIBUTION)
    utm_term: Mapped[str | None] = mapped_column(String(100), info=ATTRIBUTION)
    utm_content: Mapped[str | None] = mapped_column(String(100), info=ATTRIBUTION)
    button: Mapped[str | None] = mapped_column(String(40), info=ATTRIBUTION)

    address_hash: Mapped[str | None] = mapped_column(String(32), info=KEYED_HASH)
    spam_score: Mapped[int] = mapped_column(default=0)
    spam_reasons: Mapped[str] = mapped_column(String(200), default="", info=NOT_PERSONAL)
    """The rungs of the ladder that it failed, by name, separated by commas."""
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    lead: Mapped[Lead | None] = relationship()
    article: Mapped[Article | None] = relationship()

    @property
    def taken_in_at(self) -> datetime:
        """When it came to its lead: as it was received, or when it was let out of quarantine."""
        return self.released_at or self.received_at


class Answer(Model):
    """What we wrote back. The visitor reads it on the lead's private page."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(String(254), info=CONTACT_DETAIL)
    """The mailbox it was written to, and whose private page shows it."""
    text: Mapped[str] = mapped_column(EncryptedText("answer.text"), info=HEALTH)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the page with this answer was first opened, by the visitor or by a program that reads their mail."""

    lead: Mapped[Lead] = relationship()
    author: Mapped[User | None] = relationship()
