"""What can be booked: the kinds of consultation, what each asks, and how far we travel."""

from datetime import time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consultations.hosts import Host
from app.core.db import Model, one_of
from app.core.privacy import NOT_PERSONAL

EVERY_DAY = "0123456"
"""Weekdays, Monday first."""


class Place(StrEnum):
    """Where a consultation is held."""

    PHONE = "phone"
    VIDEO = "video"
    OURS = "ours"
    VISIT = "visit"


class Audience(StrEnum):
    """Whom a kind of consultation is about."""

    PERSON = "person"
    HORSE = "horse"
    BOTH = "both"


class NoticeUnit(StrEnum):
    """Hours are real hours, days are local days."""

    HOURS = "hours"
    DAYS = "days"


host_kind = Table(
    "host_kind",
    Model.metadata,
    Column("kind_id", ForeignKey("consultation_kind.id", ondelete="CASCADE"), primary_key=True),
    Column("host_id", ForeignKey("host.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Who holds which kind."""


class ConsultationKind(Model):
    """One kind of consultation that can be booked, and the rules for its hours."""

    __tablename__ = "consultation_kind"
    __table_args__ = (
        CheckConstraint("length_minutes > 0 AND length_minutes % 5 = 0", name="length_in_fives"),
        CheckConstraint("step_minutes > 0 AND step_minutes % 5 = 0", name="step_in_fives"),
        CheckConstraint(
            "buffer_before_minutes >= 0 AND buffer_before_minutes % 5 = 0"
            " AND buffer_after_minutes >= 0 AND buffer_after_minutes % 5 = 0",
            name="buffers_in_fives",
        ),
        CheckConstraint("notice >= 0 AND horizon_days > 0", name="notice_is_no_debt"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True, info=NOT_PERSONAL)
    position: Mapped[int] = mapped_column(default=0)
    name_sv: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    about_sv: Mapped[str] = mapped_column(String(600), default="", info=NOT_PERSONAL)
    about_en: Mapped[str] = mapped_column(String(600), default="", info=NOT_PERSONAL)
    """What visitors read before they choose a time."""
    is_published: Mapped[bool] = mapped_column(default=False)
    place: Mapped[Place] = mapped_column(one_of(Place))
    audience: Mapped[Audience] = mapped_column(one_of(Audience), default=Audience.BOTH)
    length_minutes: Mapped[int]
    step_minutes: Mapped[int]
    """The grid: a start is offered every so many minutes from the start of an open window."""
    buffer_before_minutes: Mapped[int] = mapped_column(default=0)
    buffer_after_minutes: Mapped[int] = mapped_column(default=0)
    notice: Mapped[int] = mapped_column(default=24)
    notice_unit: Mapped[NoticeUnit] = mapped_column(one_of(NoticeUnit), default=NoticeUnit.HOURS)
    horizon_days: Mapped[int] = mapped_column(default=60)
    most_per_day: Mapped[int | None]
    most_per_week: Mapped[int | None]
    """Of this kind, for each host; empty is no limit."""
    needs_confirming: Mapped[bool] = mapped_column(default=False)
    """Whether a booking waits for the host's yes."""
    reminds_at: Mapped[time | None] = mapped_column(default=time(17, 0), info=NOT_PERSONAL)
    """Wall clock, the day before; empty is no such reminder."""
    reminds_minutes_before: Mapped[int | None] = mapped_column(default=60)
    change_until_minutes: Mapped[int] = mapped_column(default=120)
    """How long before its start a visitor may still move or cancel it by themselves."""

    hosts: Mapped[list[Host]] = relationship(secondary=host_kind, order_by=Host.id)
    questions: Mapped[list["KindQuestion"]] = relationship(
        order_by="KindQuestion.position", back_populates="kind", cascade="all, delete-orphan", passive_deletes=True
    )


class KindQuestion(Model):
    """Something that a kind of consultation asks those who book it, beside what its place needs."""

    __tablename__ = "kind_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("consultation_kind.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    words_sv: Mapped[str] = mapped_column(String(200), info=NOT_PERSONAL)
    words_en: Mapped[str] = mapped_column(String(200), info=NOT_PERSONAL)
    is_required: Mapped[bool] = mapped_column(default=False)

    kind: Mapped[ConsultationKind] = relationship(back_populates="questions")


class TravelBand(Model):
    """How long it takes to somebody whose postcode lies between two, and on which weekdays we go there."""

    __tablename__ = "travel_band"
    __table_args__ = (
        CheckConstraint("travel_minutes >= 0 AND travel_minutes % 5 = 0", name="travel_in_fives"),
        CheckConstraint("postcode_from <= postcode_until", name="postcodes_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    postcode_from: Mapped[str] = mapped_column(String(5), info=NOT_PERSONAL)
    postcode_until: Mapped[str] = mapped_column(String(5), info=NOT_PERSONAL)
    """Five digits each, the last included."""
    travel_minutes: Mapped[int]
    """One way; the host is taken so long before and after the visit."""
    weekdays: Mapped[str] = mapped_column(String(7), default=EVERY_DAY, info=NOT_PERSONAL)
    """The digits of the days we go there, Monday 0."""
