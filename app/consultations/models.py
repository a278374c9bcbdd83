from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, Place
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import CONTACT_DETAIL, HEALTH, KEYED_HASH, NOT_PERSONAL, SECRET
from app.leads.models import Lead

CELL_SECONDS = 5 * 60


class ConsultationState(StrEnum):
    """Requested until the host says yes, booked until it is held or comes to nothing."""

    REQUESTED = "requested"
    BOOKED = "booked"
    HELD = "held"
    NO_SHOW = "no_show"
    COULD_NOT_COME = "could_not_come"
    CANCELLED = "cancelled"


class ConsultationOutcome(StrEnum):
    """What a consultation that was held came to."""

    TO_TRIAL = "to_trial"
    THINKS = "thinks"
    NO = "no"
    NOT_SUITABLE = "not_suitable"


IS_AHEAD = text("state IN ('requested', 'booked')")
"""Not settled yet: it occupies its hour, and nobody has said what came of it."""


class Consultation(Model):
    """A booked talk about one lead, with one host."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("(outcome IS NOT NULL) = (state = 'held')", name="held_has_an_outcome"),
        CheckConstraint("(state IN ('requested', 'booked')) = (settled_at IS NULL)", name="settled_has_a_moment"),
        Index("ix_consultation_host_id_starts_at", "host_id", "starts_at"),
        Index("ix_consultation_lead_id_starts_at", "lead_id", "starts_at"),
        Index("ix_consultation_ahead", "starts_at", "id", sqlite_where=IS_AHEAD, postgresql_where=IS_AHEAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(80), unique=True, info=NOT_PERSONAL)
    """RFC 5545 UID: one for the life of the booking."""
    nonce: Mapped[str | None] = mapped_column(String(32), unique=True, info=SECRET)
    """The number of the form it was booked with: the same form again is the same booking. Empty when booked by us."""
    kind_id: Mapped[int] = mapped_column(ForeignKey("consultation_kind.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"))
    state: Mapped[ConsultationState] = mapped_column(one_of(ConsultationState))
    outcome: Mapped[ConsultationOutcome | None] = mapped_column(one_of(ConsultationOutcome))
    sequence: Mapped[int] = mapped_column(default=0)
    """RFC 5546 SEQUENCE: one more at each change of time or place, and when it is cancelled."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_clock: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    """The start as it was agreed, in ISO 8601 without a zone: "2026-03-24T09:00"."""
    zone: Mapped[str] = mapped_column(String(40), info=NOT_PERSONAL)
    """The zone of that clock: "Europe/Stockholm"."""
    travel_minutes: Mapped[int] = mapped_column(default=0)
    """Each way; the host is taken so long before and after."""
    buffer_before_minutes: Mapped[int] = mapped_column(default=0)
    buffer_after_minutes: Mapped[int] = mapped_column(default=0)
    is_outside_hours: Mapped[bool] = mapped_column(default=False)
    """Whether we have agreed to hold it although the hours say closed."""
    place: Mapped[Place] = mapped_column(one_of(Place))
    email: Mapped[str | None] = mapped_column(String(254), info=CONTACT_DETAIL)
    """Where its mails go; empty where the visitor has none."""
    phone: Mapped[str | None] = mapped_column(String(40), info=CONTACT_DETAIL)
    street_address: Mapped[str | None] = mapped_column(String(200), info=CONTACT_DETAIL)
    postcode: Mapped[str | None] = mapped_column(String(12), info=CONTACT_DETAIL)
    city: Mapped[str | None] = mapped_column(String(80), info=CONTACT_DETAIL)
    """Where a visit goes: to a home, or to a stable."""
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    visitor_zone: Mapped[str | None] = mapped_column(String(40), info=CONTACT_DETAIL)
    """The visitor's own zone, where it is another."""
    wishes: Mapped[str | None] = mapped_column(EncryptedText("consultation.wishes"), info=HEALTH)
    """What the visitor would like to talk about."""
    is_suspect: Mapped[bool] = mapped_column(default=False)
    """Whether it looked like spam, and therefore waits for the host's yes."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who booked it on the visitor's behalf; empty when the visitor did."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wants_earlier_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the visitor asked to be told of earlier times; empty when they have not."""
    asked_to_move_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When we asked the visitor to choose another time; empty when we have not, or when they have."""

    kind: Mapped[ConsultationKind] = relationship()
    host: Mapped[Host] = relationship()
    lead: Mapped[Lead] = relationship()
    created_by: Mapped[User | None] = relationship()
    answers: Mapped[list["ConsultationAnswer"]] = relationship(
        order_by="ConsultationAnswer.id", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to be held; `IS_AHEAD` says the same to the database."""
        return self.settled_at is None

    @property
    def change_until_at(self) -> datetime:
        """From then on the visitor cannot move or cancel it alone."""
        return self.starts_at - timedelta(minutes=self.kind.change_until_minutes)

    @property
    def occupied_from_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.travel_minutes)

    @property
    def occupied_until_at(self) -> datetime:
        return self.ends_at + timedelta(minutes=self.travel_minutes)


class ConsultationAnswer(Model):
    """What the visitor answered to a question of the kind."""

    __tablename__ = "consultation_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(200), info=NOT_PERSONAL)
    """In the words and the language it was asked in."""
    answer: Mapped[str] = mapped_column(EncryptedText("consultation_answer.answer"), info=HEALTH)


class ChangeKind(StrEnum):
    """What happened to a booking."""

    MADE = "made"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    KEPT = "kept"
    ASKED_TO_MOVE = "asked_to_move"
    SETTLED = "settled"


class ConsultationChange(Model):
    """One change of a booking: who, when, from what, to what. Written once."""

    __tablename__ = "consultation_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(one_of(ChangeKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who did it; empty for the visitor."""
    from_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    to_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    from_host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id", ondelete="SET NULL"))
    to_host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id", ondelete="SET NULL"))
    from_state: Mapped[ConsultationState | None] = mapped_column(one_of(ConsultationState, "from_state"))
    to_state: Mapped[ConsultationState] = mapped_column(one_of(ConsultationState, "to_state"))
    sequence: Mapped[int]
    why: Mapped[str | None] = mapped_column(EncryptedText("consultation_change.why"), info=HEALTH)

    actor: Mapped[User | None] = relationship()


class Hold(Model):
    """An hour kept for a visitor who is filling in the form; over by itself, and cleared by the next who writes."""

    __tablename__ = "hold"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), unique=True, info=SECRET)
    """The number of the visitor's form: one hold for each."""
    kind_id: Mapped[int] = mapped_column(ForeignKey("consultation_kind.id", ondelete="CASCADE"))
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    travel_minutes: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    address_hash: Mapped[str | None] = mapped_column(String(32), info=KEYED_HASH)
    """Of the network it came from, so that nobody holds a whole week."""


class OccupiedCell(Model):
    """Five minutes of a host that are taken. The primary key is what keeps two bookings apart, whoever writes first."""

    __tablename__ = "occupied_cell"
    __table_args__ = (CheckConstraint("(consultation_id IS NULL) <> (hold_id IS NULL)", name="taken_by_one"),)

    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"), primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the five minutes since the epoch."""
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id", ondelete="CASCADE"), index=True)
