"""The units there are: how they are added and described. Where they are is kept by `unit_states.py`."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.trials.models import IS_OPEN, Trial
from app.trials.units import DeviceModel, DeviceUnit, UnitChange, UnitState, serial_key

LONGEST_SERIAL = 40
LONGEST_NOTE = 300
RESERVED = frozenset({"add", "import", "labels"})
"""Words that our own pages under /trials/units/ use."""
KEEPS_MODEL = _l("Enheten är utlånad eller reserverad. Byt modell när ingen har den eller ska ha den.")
_SERIAL = re.compile(r"[^\W_][\w.\- ]*")


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """All that we say of a unit ourselves."""

    serial: str
    model: DeviceModel
    value_ore: int | None = None
    acquired_on: date | None = None
    note: str = ""


def add_unit(facts: UnitFacts, actor: User | None, now: datetime) -> DeviceUnit:
    """A new unit, free. Refuses a serial number that another unit has."""
    unit = DeviceUnit(state=UnitState.FREE, created_at=now)
    _describe(unit, facts)
    db.session.add(unit)
    _store(facts)
    db.session.add(UnitChange(unit_id=unit.id, at=now, actor=actor, from_state=None, to_state=UnitState.FREE))
    return unit


def change_unit_facts(unit: DeviceUnit, facts: UnitFacts, actor: User | None, now: datetime) -> bool:
    """Describe a unit anew; says whether anything changed. A new serial number is told in its history.

    Refuses a serial number that another unit has, and another model while a loan has the unit or is to have it.
    """
    if facts == facts_of(unit):
        return False
    if facts.model.id != unit.model_id and _has_open_loan(unit):
        raise RuleBroken(KEEPS_MODEL)
    serial_before = unit.serial
    _describe(unit, facts)
    _store(facts)
    if unit.serial != serial_before:
        why = f"{serial_before} → {unit.serial}"
        db.session.add(
            UnitChange(unit_id=unit.id, at=now, actor=actor, from_state=unit.state, to_state=unit.state, why=why)
        )
    return True


def facts_of(unit: DeviceUnit) -> UnitFacts:
    """What is said of a unit."""
    return UnitFacts(unit.serial, unit.model, unit.value_ore, unit.acquired_on, unit.note)


def fault_of_serial(serial: str) -> Any:
    """What is wrong with a serial number, as a sentence; it becomes the address of the unit's page."""
    key = serial_key(serial)
    if not serial:
        return _l("Skriv serienumret, som det står på enheten.")
    if not _SERIAL.fullmatch(serial) or key in RESERVED:
        return _l("Skriv bokstäver, siffror, bindestreck och punkter, till exempel BM-104.")
    if max(len(serial), len(key)) > LONGEST_SERIAL:
        return _l("Skriv högst %(most)s tecken.", most=LONGEST_SERIAL)
    return None


def _describe(unit: DeviceUnit, facts: UnitFacts) -> None:
    unit.serial, unit.serial_key = facts.serial, serial_key(facts.serial)
    unit.model, unit.value_ore = facts.model, facts.value_ore
    unit.acquired_on, unit.note = facts.acquired_on, facts.note


def _store(facts: UnitFacts) -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise RuleBroken(_l("Det finns redan en enhet med serienumret %(serial)s.", serial=facts.serial)) from None


def _has_open_loan(unit: DeviceUnit) -> bool:
    return db.session.scalar(sa.select(sa.exists().where(Trial.unit_id == unit.id, IS_OPEN))) or False
