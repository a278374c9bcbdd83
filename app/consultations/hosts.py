"""Who holds consultations, and when: weekly hours, days that differ, and calendars kept elsewhere."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime
from app.core.privacy import KEYED_HASH, NOT_PERSONAL, SECRET

DAY_MINUTES = 24 * 60


class Host(Model):
    """A user who holds consultations, and whose hours are booked."""

    __tablename__ = "host"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    """Whether visitors are offered hours with this host."""
    video_address: Mapped[str] = mapped_column(String(300), default="", info=NOT_PERSONAL)
    """The room of video talks."""
    is_closed_on_holidays: Mapped[bool] = mapped_column(default=True)
    is_closed_on_eves: Mapped[bool] = mapped_column(default=True)
    """Midsommarafton, julafton and nyårsafton."""
    feed_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=KEYED_HASH)
    """Of the secret in the address of the host's calendar; empty where there is none."""
    feed_shows_names: Mapped[bool] = mapped_column(default=False)
    """Whether that calendar names people; without, it says "busy" alone."""

    user: Mapped[User] = relationship()


class OpeningHours(Model):
    """Hours of one weekday, week after week, by the clock on the wall."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_seven"),
        CheckConstraint(
            f"opens_minute >= 0 AND opens_minute < {DAY_MINUTES} AND opens_minute < closes_minute"
            f" AND closes_minute <= {2 * DAY_MINUTES}",
            name="opens_before_it_closes",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    """Monday is 0."""
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]
    """Wall-clock minutes of the day; past 1440 it is the morning after, and still belongs to this day."""
    valid_from_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    valid_until_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    """The first and the last day it holds; empty is without end."""


class DayOverride(Model):
    """A day that differs: these hours instead of the weekly ones and of any holiday; none at all where it is closed."""

    __tablename__ = "day_override"
    __table_args__ = (
        CheckConstraint("(opens_minute IS NULL) = (closes_minute IS NULL)", name="open_has_both_ends"),
        CheckConstraint(
            "opens_minute IS NULL"
            f" OR (opens_minute >= 0 AND opens_minute < {DAY_MINUTES} AND opens_minute < closes_minute"
            f" AND closes_minute <= {2 * DAY_MINUTES})",
            name="opens_before_it_closes",
        ),
        Index("ix_day_override_host_id_day_on", "host_id", "day_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"))
    day_on: Mapped[date] = mapped_column(info=NOT_PERSONAL)
    opens_minute: Mapped[int | None]
    closes_minute: Mapped[int | None]
    """As in the weekly hours; several rows of one day are several ranges."""


class ImportedCalendar(Model):
    """A calendar that a host keeps elsewhere; what is busy there is busy here."""

    __tablename__ = "imported_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    address: Mapped[str] = mapped_column(EncryptedText("imported_calendar.address"), info=SECRET)
    """Whoever knows it can read that calendar."""
    etag: Mapped[str | None] = mapped_column(String(200), info=NOT_PERSONAL)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the copy that counts was read, or found unchanged."""
    failure: Mapped[str | None] = mapped_column(String(40), info=NOT_PERSONAL)
    """Why the last try came to nothing, by name; empty when it did not."""

    host: Mapped[Host] = relationship()


class ImportedBusy(Model):
    """A time that is taken in a calendar kept elsewhere. What for is nobody's business here."""

    __tablename__ = "imported_busy"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        Index("ix_imported_busy_calendar_id_starts_at", "calendar_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("imported_calendar.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
