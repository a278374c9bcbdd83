"""What is written down when a unit changes hands: its condition, what came with it, pictures."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.crypto import EncryptedBytes, EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import HEALTH, LOAN, NOT_PERSONAL
from app.trials.models import Trial


class ProtocolKind(StrEnum):
    """Out to the borrower, or back to us."""

    HAND_OVER = "hand_over"
    RETURN = "return"


class Protocol(Model):
    """How a unit was when it changed hands, where and on which day. One of each kind for a loan."""

    __tablename__ = "protocol"
    __table_args__ = (UniqueConstraint("trial_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"))
    kind: Mapped[ProtocolKind] = mapped_column(one_of(ProtocolKind))
    day_on: Mapped[date] = mapped_column(info=NOT_PERSONAL)
    place: Mapped[str] = mapped_column(String(120), default="", info=LOAN)
    condition: Mapped[str] = mapped_column(EncryptedText("protocol.condition"), info=HEALTH)
    """In our words; empty where nothing was to be said."""
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    trial: Mapped[Trial] = relationship()
    written_by: Mapped[User | None] = relationship()
    accessories: Mapped[list["ProtocolAccessory"]] = relationship(
        order_by="ProtocolAccessory.id", cascade="all, delete-orphan", passive_deletes=True
    )


class ProtocolAccessory(Model):
    """One thing that belongs to the unit, and whether it was there."""

    __tablename__ = "protocol_accessory"

    id: Mapped[int] = mapped_column(primary_key=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id", ondelete="CASCADE"), index=True)
    name_sv: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    """As it was called that day."""
    is_there: Mapped[bool]


class Look(StrEnum):
    """What a first look at a unit that has come back says."""

    LATER = "later"
    FINE = "fine"
    SERVICE = "service"


class PhotoKind(StrEnum):
    """What a photo belongs to."""

    HAND_OVER = "hand_over"
    RETURN = "return"
    AGREEMENT = "agreement"


class TrialPhoto(Model):
    """A photo of the unit, or of an agreement on paper. Only pixels: whatever else the file told was thrown away."""

    __tablename__ = "trial_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PhotoKind] = mapped_column(one_of(PhotoKind))
    taken_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    width: Mapped[int]
    height: Mapped[int]
    jpeg: Mapped[bytes] = mapped_column(EncryptedBytes("trial_photo.jpeg"), info=HEALTH, deferred=True)
