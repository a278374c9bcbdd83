"""What is lent: the models of devices, what belongs to each, and the units that there are."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import NOT_PERSONAL


class DeviceModel(Model):
    """One model of a device, and the rules for lending it."""

    __tablename__ = "device_model"
    __table_args__ = (
        CheckConstraint("usual_days > 0 AND pause_days >= 0", name="days_are_days"),
        CheckConstraint("value_ore >= 0 AND price_ore >= 0 AND deposit_ore >= 0", name="amounts_are_no_debts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True, info=NOT_PERSONAL)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    """What the maker calls it, in every language."""
    about_sv: Mapped[str] = mapped_column(String(600), default="", info=NOT_PERSONAL)
    about_en: Mapped[str] = mapped_column(String(600), default="", info=NOT_PERSONAL)
    """What visitors read before they ask to try it."""
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    is_offered: Mapped[bool] = mapped_column(default=False)
    """Whether visitors can ask to try it."""
    usual_days: Mapped[int] = mapped_column(default=21)
    """How long a trial is when nothing else is said, the first and the last day counted."""
    pause_days: Mapped[int] = mapped_column(default=1)
    """How many days a unit rests between two loans, to be looked over and sent."""
    value_ore: Mapped[int] = mapped_column(default=0)
    """What a unit is worth, where it says nothing itself."""
    price_ore: Mapped[int] = mapped_column(default=0)
    deposit_ore: Mapped[int] = mapped_column(default=0)

    accessories: Mapped[list["ModelAccessory"]] = relationship(
        order_by="ModelAccessory.position", back_populates="model", cascade="all, delete-orphan", passive_deletes=True
    )


class ModelAccessory(Model):
    """Something that belongs to a model, ticked one by one when a unit goes out and comes back."""

    __tablename__ = "model_accessory"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("device_model.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_sv: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)

    model: Mapped[DeviceModel] = relationship(back_populates="accessories")


def serial_key(serial: str) -> str:
    """A serial number as it is compared: case-folded, without spaces."""
    return "".join(serial.split()).casefold()


class UnitState(StrEnum):
    """Where a unit is, in one word. Kept by `unit_states.py`; what the trials say comes first."""

    FREE = "free"
    RESERVED = "reserved"
    OUT = "out"
    BACK_UNCHECKED = "back_unchecked"
    SERVICE = "service"
    SOLD = "sold"
    LOST = "lost"


class DeviceUnit(Model):
    """One physical device with a serial number."""

    __tablename__ = "device_unit"
    __table_args__ = (CheckConstraint("value_ore >= 0", name="value_is_no_debt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("device_model.id"), index=True)
    serial: Mapped[str] = mapped_column(String(40), info=NOT_PERSONAL)
    """As it stands on the unit: "BM-104"."""
    serial_key: Mapped[str] = mapped_column(String(40), unique=True, info=NOT_PERSONAL)
    """As compared: see `serial_key`."""
    state: Mapped[UnitState] = mapped_column(one_of(UnitState), default=UnitState.FREE)
    value_ore: Mapped[int | None]
    """Empty: what its model is worth."""
    note: Mapped[str] = mapped_column(String(300), default="", info=NOT_PERSONAL)
    """About the device alone: a scratch, a worn strap."""
    acquired_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    model: Mapped[DeviceModel] = relationship()


class UnitChange(Model):
    """One line of a unit's history: it went from one state to another. Written once."""

    __tablename__ = "unit_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("device_unit.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    from_state: Mapped[UnitState | None] = mapped_column(one_of(UnitState, "from_state"))
    to_state: Mapped[UnitState] = mapped_column(one_of(UnitState, "to_state"))
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id", ondelete="SET NULL"))
    """The loan that it happened in."""
    why: Mapped[str] = mapped_column(String(300), default="", info=NOT_PERSONAL)
    """About the device alone: sent for a new battery, found in the stable."""

    actor: Mapped[User | None] = relationship()
