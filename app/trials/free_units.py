"""Which units can be lent on which days: free ones, and from when on the others are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.core.db import db
from app.trials.days import A_DAY, days_between, last_day_taken
from app.trials.models import WITH_BORROWER, Trial, UnitDay
from app.trials.queries import WITH_ALL
from app.trials.units import DeviceModel, DeviceUnit, UnitState

NOT_TO_LEND = (UnitState.SERVICE, UnitState.SOLD, UnitState.LOST)
"""A unit that nobody can have, whatever days it has left."""


def free_units(
    model: DeviceModel, starts_on: date, ends_on: date, today: date, *, but: Trial | None = None
) -> Sequence[DeviceUnit]:
    """The units of the model that can be lent those days and rest after them, the one that has rested longest first.

    One that is overdue counts as taken until it could have come back today and rested. `but` is a loan whose own days
    do not count.
    """
    query = sa.select(DeviceUnit).where(
        DeviceUnit.model_id == model.id,
        DeviceUnit.state.not_in(NOT_TO_LEND),
        ~_is_taken(starts_on, last_day_taken(ends_on, model.pause_days), but),
    )
    if starts_on <= last_day_taken(today, model.pause_days):
        query = query.where(~_is_overdue(today, but))
    earlier = sa.select(sa.func.max(UnitDay.day_on)).where(
        UnitDay.unit_id == DeviceUnit.id, UnitDay.day_on < starts_on, *_not_of(but, UnitDay.trial_id)
    )
    rested_since = earlier.correlate(DeviceUnit).scalar_subquery()
    query = query.options(joinedload(DeviceUnit.model, innerjoin=True))
    return db.session.scalars(query.order_by(rested_since.nulls_first(), DeviceUnit.id)).all()


def _is_taken(first_on: date, last_on: date, but: Trial | None) -> sa.ColumnElement[bool]:
    taken = sa.exists().where(UnitDay.unit_id == DeviceUnit.id, UnitDay.day_on.between(first_on, last_on))
    return taken.where(*_not_of(but, UnitDay.trial_id)).correlate(DeviceUnit)


def _is_overdue(today: date, but: Trial | None) -> sa.ColumnElement[bool]:
    late = sa.exists().where(Trial.unit_id == DeviceUnit.id, Trial.state.in_(WITH_BORROWER), Trial.ends_on < today)
    return late.where(*_not_of(but, Trial.id)).correlate(DeviceUnit)


def _not_of(but: Trial | None, column: InstrumentedAttribute[int]) -> list[sa.ColumnElement[bool]]:
    return [column != but.id] if but is not None else []


def taken_by(unit: DeviceUnit, first_on: date, last_on: date, *, but: Trial | None = None) -> Trial | None:
    """The first other loan that has the unit on one of those days."""
    query = sa.select(Trial).join(UnitDay, UnitDay.trial_id == Trial.id).options(*WITH_ALL)
    query = query.where(UnitDay.unit_id == unit.id, UnitDay.day_on.between(first_on, last_on))
    return db.session.scalar(query.where(*_not_of(but, Trial.id)).order_by(UnitDay.day_on).limit(1))


def free_from(unit: DeviceUnit, today: date) -> date | None:
    """The first day from today on that nobody has the unit; None for one that cannot be lent."""
    return free_days_from([unit], today)[unit.id]


def free_days_from(units: Collection[DeviceUnit], today: date) -> Mapping[int, date | None]:
    """For each of the units the first day from today on that nobody has it, by key; None where it cannot be lent."""
    keys = [unit.id for unit in units]
    taken: dict[int, set[date]] = {key: set() for key in keys}
    rows = sa.select(UnitDay.unit_id, UnitDay.day_on).where(UnitDay.unit_id.in_(keys), UnitDay.day_on >= today)
    for unit_id, day in db.session.execute(rows):
        taken[unit_id].add(day)
    late = sa.select(Trial.unit_id).where(
        Trial.unit_id.in_(keys), Trial.state.in_(WITH_BORROWER), Trial.ends_on < today
    )
    overdue = set(db.session.scalars(late))
    return {unit.id: _first_free(unit, taken[unit.id], unit.id in overdue, today) for unit in units}


def _first_free(unit: DeviceUnit, taken: set[date], is_overdue: bool, today: date) -> date | None:
    if unit.state in NOT_TO_LEND:
        return None
    if is_overdue:
        taken = taken | set(days_between(today, last_day_taken(today, unit.model.pause_days)))
    day = today
    while day in taken:
        day += A_DAY
    return day
