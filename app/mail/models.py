from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import CONTACT_DETAIL, HEALTH, KEYED_HASH, NOT_PERSONAL


class MessageClass(StrEnum):
    """By law: `service` belongs to a matter under way, `marketing` needs a consent, `internal` goes to ourselves."""

    SERVICE = "service"
    MARKETING = "marketing"
    INTERNAL = "internal"


class MessageState(StrEnum):
    """`pending -> claimed -> sending -> sent`; the rest are ends, of which a person may put some back."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    DEAD = "dead"


IS_FRESH = text("state = 'pending' AND claims = 0")
IS_SUSPECT = text("state = 'pending' AND claims > 0")
"""A sender did not survive it, or could not make its text. Together with the fresh ones, all that is pending: two
indexes that share no row, so that no database looks for a suspect among a hundred thousand others."""
IS_UNDER_WAY = text("state IN ('claimed', 'sending')")
IS_WAITING = text("state IN ('pending', 'claimed', 'sending')")
NEEDS_PERSON = text("state IN ('failed', 'uncertain', 'dead')")
IS_STOPPED = text("state IN ('cancelled', 'suppressed', 'expired')")
IS_MISSED = text("state = 'expired' AND seen_at IS NULL")
IS_MARKETING = text("message_class = 'marketing'")
"""Partial indexes, and none that begins with the state: SQLite would take that one to find what is due, and sort."""


class Message(Model):
    """One mail to one address, from plan to proof. Written in the same commit as its cause."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "priority", "due_at", "id", sqlite_where=IS_FRESH, postgresql_where=IS_FRESH),
        Index("ix_message_suspect", "priority", "due_at", "id", sqlite_where=IS_SUSPECT, postgresql_where=IS_SUSPECT),
        Index("ix_message_lease", "lease_until", sqlite_where=IS_UNDER_WAY, postgresql_where=IS_UNDER_WAY),
        Index("ix_message_waiting", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
        Index("ix_message_needs_person", "id", sqlite_where=NEEDS_PERSON, postgresql_where=NEEDS_PERSON),
        Index("ix_message_stopped", "id", sqlite_where=IS_STOPPED, postgresql_where=IS_STOPPED),
        Index("ix_message_missed", "id", sqlite_where=IS_MISSED, postgresql_where=IS_MISSED),
        Index("ix_message_marketing", "address", sqlite_where=IS_MARKETING, postgresql_where=IS_MARKETING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), info=NOT_PERSONAL)
    message_class: Mapped[MessageClass] = mapped_column(one_of(MessageClass))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id", ondelete="SET NULL"), index=True)
    """The matter it belongs to. The one key that points up the ladder, so that a lead shows all its mail."""
    address: Mapped[str] = mapped_column(String(254), info=CONTACT_DETAIL)
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    template_version: Mapped[str] = mapped_column(String(40), info=NOT_PERSONAL)
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=NOT_PERSONAL)
    """Ids only: what the text is made from is read when it is sent."""
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True, info=NOT_PERSONAL)
    message_id: Mapped[str] = mapped_column(String(200), unique=True, info=NOT_PERSONAL)
    """RFC 5322 Message-ID: made with the row, the same on every attempt."""
    state: Mapped[MessageState] = mapped_column(one_of(MessageState), default=MessageState.PENDING)
    priority: Mapped[int] = mapped_column(default=5)
    """Smaller goes first."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32), info=NOT_PERSONAL)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claims: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    unknown_outcomes: Mapped[int] = mapped_column(default=0)
    last_code: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(300), info=CONTACT_DETAIL)
    """The server's own words may quote the address."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody said that they know that it came too late to be sent."""


class MessageEvent(Model):
    """One step of a message's life. Append-only."""

    __tablename__ = "message_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[MessageState] = mapped_column(one_of(MessageState))
    reason: Mapped[str | None] = mapped_column(String(300), info=CONTACT_DETAIL)
    words: Mapped[str | None] = mapped_column(EncryptedText("message_event.words"), info=HEALTH, deferred=True)
    """What was said, private links cut out: on the step past the point of no return, in the commit that passes it."""


class SuppressionScope(StrEnum):
    """What an address gets no more of: any mail, or what offers something."""

    ALL = "all"
    MARKETING = "marketing"


class Suppression(Model):
    """An address that gets no more mail. Kept as a keyed hash, so that a no outlives erasure and re-import."""

    __tablename__ = "suppression"

    address_hash: Mapped[str] = mapped_column(String(32), primary_key=True, info=KEYED_HASH)
    scope: Mapped[SuppressionScope] = mapped_column(one_of(SuppressionScope), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), info=NOT_PERSONAL)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Channel(Model):
    """The way out (one SMTP server, one folder): paused as a whole when it is the channel that fails."""

    __tablename__ = "channel"

    name: Mapped[str] = mapped_column(String(20), primary_key=True, info=NOT_PERSONAL)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    streak: Mapped[int] = mapped_column(default=0)
    """Failures of the channel in a row."""
    last_error: Mapped[str | None] = mapped_column(String(300), info=NOT_PERSONAL)
    tokens: Mapped[float | None] = mapped_column(info=NOT_PERSONAL)
    """How many mails might leave at `refilled_at`, where the setting limits them; unknown before the first."""
    refilled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Worker(Model):
    """A scheduler process, and when it last said that it lives."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(120), primary_key=True, info=NOT_PERSONAL)
    """Machine and process number."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JobRun(Model):
    """The last run of each job: when, how long, and how it went."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, info=NOT_PERSONAL)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    duration_ms: Mapped[int]
    items: Mapped[int] = mapped_column(default=0)
    """How many things it did."""
    error: Mapped[str | None] = mapped_column(String(200), info=NOT_PERSONAL)
    """The type of the fault, where there was one."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first of the runs began that have failed without a break."""
    every_seconds: Mapped[int | None]
    """How often it runs; empty while its worker has not said."""

    @property
    def next_at(self) -> datetime | None:
        """When it is to run again, as long as a scheduler lives."""
        return self.started_at + timedelta(seconds=self.every_seconds) if self.every_seconds else None


class MailTemplate(Model):
    """What mails of one sort say. Its words are in its versions, of which the newest counts."""

    __tablename__ = "mail_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(40), unique=True, info=NOT_PERSONAL)
    """What the code knows it by; empty for one that the owner made."""
    name_sv: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(80), default="", info=NOT_PERSONAL)
    """Empty when it is called the same."""
    is_active: Mapped[bool] = mapped_column(default=True)
    """Whether it is offered; what has been planned with it is sent all the same."""


class MailTemplateVersion(Model):
    """The words of a template at one time, with placeholders. Written once, never changed."""

    __tablename__ = "mail_template_version"
    __table_args__ = (
        UniqueConstraint("template_id", "number"),
        CheckConstraint("(subject_en = '') = (body_en = '')", name="english_is_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("mail_template.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1, in the order they were written."""
    subject_sv: Mapped[str] = mapped_column(String(200), info=NOT_PERSONAL)
    body_sv: Mapped[str] = mapped_column(Text, info=NOT_PERSONAL)
    subject_en: Mapped[str] = mapped_column(String(200), default="", info=NOT_PERSONAL)
    body_en: Mapped[str] = mapped_column(Text, default="", info=NOT_PERSONAL)
    """Both empty where everybody gets the Swedish."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Points up the ladder, as a message's lead does; empty for what came with the house."""

    template: Mapped[MailTemplate] = relationship()
