"""The rows of the calendar of units: who has which until when, who is next, and from when it is free."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.language import local_day
from app.trials.days import A_DAY
from app.trials.ending import GONE
from app.trials.free_units import NOT_TO_LEND, free_days_from
from app.trials.models import IS_OPEN, WITH_BORROWER, Decision, Trial, TrialState, UnitDay
from app.trials.moves import HAS_DAYS_AHEAD
from app.trials.unit_calendar_days import Bar, Columns, Days, Sheet, bar_of
from app.trials.unit_pages import is_late as should_be_back
from app.trials.unit_states import KEPT
from app.trials.units import DeviceModel, DeviceUnit

NO_LOANS = (TrialState.REQUESTED, TrialState.SUITABLE, TrialState.DECLINED, TrialState.CANCELLED)
AWAY = (*WITH_BORROWER, TrialState.RECEIVED)
"""The unit is with somebody, or has come back and has not been looked at."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan of a unit, and where it lies on the sheet."""

    trial: Trial
    days: Days
    taken_until: date
    """The last day of the pause after it."""
    bar: Bar
    is_late: bool
    """Still with the borrower after its last day."""

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to begin."""
        return self.trial.state in KEPT

    @property
    def is_kept(self) -> bool:
        """Whether they have said that they keep the unit."""
        return self.trial.is_with_borrower and self.trial.decision is Decision.BUYS_THIS

    @property
    def can_move_end(self) -> bool:
        """Whether its last day can be another."""
        return self.trial.state in HAS_DAYS_AHEAD


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: its loans in the order of their days, and when it can be lent next."""

    unit: DeviceUnit
    loans: Sequence[Loan]
    holder: Loan | None
    """The loan that it is with somebody for, or has come back from and not been checked after."""
    ahead: Sequence[Loan]
    """Those that are still to begin."""
    free_on: date | None
    """The first day that it can be lent again; None where it cannot be lent."""
    free_until: date | None
    """The last day before it is lent again; None where nothing is planned."""
    away: Columns | None
    """From when on it is not lent at all."""


@dataclass(frozen=True, slots=True)
class ModelRows:
    model: DeviceModel
    rows: Sequence[UnitRow]


def calendar_of_units(sheet: Sheet, today: date, model: DeviceModel | None = None) -> list[ModelRows]:
    """Every unit, of that model where one is named, in as many queries for many as for one.

    A unit that is sold or lost is left out where no loan of it is on the sheet.
    """
    units = _units(model)
    loans = _loans(sheet, today, [unit.id for unit in units])
    free = free_days_from(units, today)
    rows = [_row(unit, loans.get(unit.id, []), free[unit.id], sheet, today) for unit in units]
    seen = [row for row in rows if row.unit.state not in GONE or any(loan.bar.is_seen for loan in row.loans)]
    return [ModelRows(model, list(rows)) for model, rows in groupby(seen, key=lambda row: row.unit.model)]


def _units(model: DeviceModel | None) -> Sequence[DeviceUnit]:
    query = sa.select(DeviceUnit).join(DeviceUnit.model).options(joinedload(DeviceUnit.model))
    if model is not None:
        query = query.where(DeviceUnit.model_id == model.id)
    order = (DeviceModel.position, DeviceModel.id, DeviceUnit.serial_key)
    return db.session.scalars(query.order_by(*order)).all()


def _loans(sheet: Sheet, today: date, unit_ids: Sequence[int]) -> dict[int, list[Loan]]:
    """The loans of each unit that are on the sheet, not over, or keep the unit from others."""
    on_sheet = sa.and_(Trial.starts_on <= sheet.last_on, Trial.ends_on >= sheet.first_on)
    keeps_it = Trial.id.in_(sa.select(UnitDay.trial_id).where(UnitDay.day_on >= today))
    query = sa.select(Trial).where(Trial.unit_id.in_(unit_ids), Trial.state.not_in(NO_LOANS))
    query = query.where(sa.or_(on_sheet, keeps_it, IS_OPEN)).order_by(Trial.starts_on, Trial.id)
    trials = db.session.scalars(query).all()
    taken = _taken_until([trial.id for trial in trials])
    loans: dict[int, list[Loan]] = defaultdict(list)
    for trial in trials:
        if trial.unit_id and trial.starts_on and trial.ends_on:
            days = Days(trial.starts_on, _last_day(trial, trial.ends_on))
            loans[trial.unit_id].append(_loan(trial, days, taken.get(trial.id, days.last_on), sheet, today))
    return loans


def _last_day(trial: Trial, ends_on: date) -> date:
    """The last day of the loan, which a purchase may have cut short."""
    return ends_on if trial.settled_at is None else min(ends_on, local_day(trial.settled_at))


def _taken_until(trial_ids: Sequence[int]) -> dict[int, date]:
    """The last day that each loan keeps its unit, the pause included."""
    query = sa.select(UnitDay.trial_id, sa.func.max(UnitDay.day_on)).where(UnitDay.trial_id.in_(trial_ids))
    return dict(db.session.execute(query.group_by(UnitDay.trial_id)).all())


def _loan(trial: Trial, days: Days, taken_until: date, sheet: Sheet, today: date) -> Loan:
    is_late = trial.is_with_borrower and should_be_back(trial, today)
    bar = bar_of(sheet, days, taken_until, today if is_late else None)
    return Loan(trial, days, max(days.last_on, taken_until), bar, is_late)


def _row(unit: DeviceUnit, loans: Sequence[Loan], free_on: date | None, sheet: Sheet, today: date) -> UnitRow:
    later = (loan.days.first_on - A_DAY for loan in loans if free_on and loan.days.first_on > free_on)
    return UnitRow(
        unit=unit,
        loans=[loan for loan in loans if loan.bar.is_seen],
        holder=next((loan for loan in loans if loan.trial.state in AWAY), None),
        ahead=[loan for loan in loans if loan.is_ahead],
        free_on=free_on,
        free_until=next(later, None),
        away=sheet.columns(Days(today, sheet.last_on)) if unit.state in NOT_TO_LEND else None,
    )
