import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.trials.days import A_DAY
from app.trials.free_units import free_days_from
from app.trials.models import BEFORE_OUT, IS_OPEN, WITH_BORROWER, Trial, TrialState
from app.trials.queries import WITH_ALL
from app.trials.units import DeviceUnit, UnitChange


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as the list tells of it."""

    unit: DeviceUnit
    loan: Trial | None
    """The loan that has it with its borrower."""
    following: Trial | None
    """The first loan that is to have it."""
    free_on: date | None
    """From when on nobody has it; None where it cannot be lent."""
    since: "Happened | None"
    """What brought it to the state it is in."""

    @property
    def free_until_on(self) -> date | None:
        """The last of those days, where somebody is to have it after them."""
        next_on = self.following.starts_on if self.following else None
        return next_on - A_DAY if next_on and self.free_on and self.free_on < next_on else None


def every_unit() -> Sequence[DeviceUnit]:
    """All units there are or have been, with their models, by serial number: BM-9 before BM-10."""
    units = db.session.scalars(sa.select(DeviceUnit).options(joinedload(DeviceUnit.model, innerjoin=True)))
    return sorted(units, key=lambda unit: _numbers_apart(unit.serial_key))


def _numbers_apart(key: str) -> list[str | int]:
    """Words and numbers in turn, so that numbers are compared as such."""
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"([0-9]+)", key))]


def lines_of(units: Collection[DeviceUnit], today: date) -> list[UnitLine]:
    """The units with their loans, in as many queries for many as for one."""
    ids = [unit.id for unit in units]
    loans = _first_loans(ids, Trial.state.in_(WITH_BORROWER))
    following = _first_loans(ids, Trial.state.in_(BEFORE_OUT))
    free, since = free_days_from(units, today), _latest_changes(ids)
    return [
        UnitLine(unit, loans.get(unit.id), following.get(unit.id), free[unit.id], since.get(unit.id)) for unit in units
    ]


def _first_loans(unit_ids: Collection[int], such: sa.ColumnElement[bool]) -> dict[int | None, Trial]:
    """Of each unit the first loan that is such."""
    query = sa.select(Trial).where(Trial.unit_id.in_(unit_ids), such).order_by(Trial.starts_on.desc(), Trial.id.desc())
    return {trial.unit_id: trial for trial in db.session.scalars(query)}


def past_trials(unit: DeviceUnit) -> Sequence[Trial]:
    """The loans of the unit that are back or over, and the sales it was sold in, the latest first."""
    is_its = sa.or_(Trial.unit_id == unit.id, Trial.new_unit_id == unit.id)
    is_past = Trial.state.not_in((*BEFORE_OUT, *WITH_BORROWER, TrialState.DECLINED, TrialState.CANCELLED))
    query = sa.select(Trial).where(is_its, is_past).options(*WITH_ALL)
    return db.session.scalars(query.order_by(Trial.starts_on.desc(), Trial.id.desc())).all()


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a unit's history, with the loan that it happened in."""

    change: UnitChange
    trial: Trial | None

    @property
    def is_new_state(self) -> bool:
        """Whether the unit went from one state to another then, and was not merely renamed."""
        return self.change.from_state is not self.change.to_state


def history_of(unit: DeviceUnit) -> list[Happened]:
    """All that has happened to the unit, the latest first."""
    query = _changes().where(UnitChange.unit_id == unit.id).order_by(UnitChange.at.desc(), UnitChange.id.desc())
    return [Happened(*row) for row in db.session.execute(query)]


def _latest_changes(unit_ids: Collection[int]) -> dict[int, Happened]:
    """Of each unit what brought it to the state it is in."""
    is_new_state = UnitChange.from_state.is_distinct_from(UnitChange.to_state)
    latest = sa.select(sa.func.max(UnitChange.id)).where(UnitChange.unit_id.in_(unit_ids), is_new_state)
    query = _changes().where(UnitChange.id.in_(latest.group_by(UnitChange.unit_id)))
    return {change.unit_id: Happened(change, trial) for change, trial in db.session.execute(query)}


def _changes() -> sa.Select[UnitChange, Trial]:
    query = sa.select(UnitChange, Trial).outerjoin(Trial, Trial.id == UnitChange.trial_id)
    return query.options(joinedload(UnitChange.actor))


def units_by_key(keys: Collection[str]) -> dict[str, DeviceUnit]:
    """The units that have these serial numbers, as they are compared."""
    query = sa.select(DeviceUnit).where(DeviceUnit.serial_key.in_(keys))
    units = db.session.scalars(query.options(joinedload(DeviceUnit.model, innerjoin=True)))
    return {unit.serial_key: unit for unit in units}


def lent_units(keys: Collection[str]) -> set[str]:
    """Which of these serial numbers belong to a unit that a loan has, or is to have."""
    query = sa.select(DeviceUnit.serial_key).join(Trial, Trial.unit_id == DeviceUnit.id)
    return set(db.session.scalars(query.where(DeviceUnit.serial_key.in_(keys), IS_OPEN)))
