"""The days of a unit, the pause after a loan included. Whoever takes one first has it, whatever was checked before."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.trials.models import Trial, UnitDay
from app.trials.units import DeviceUnit

A_DAY = timedelta(days=1)


class DaysTaken(Exception):
    """Another loan has one of the days. The write under way goes on as if it had not been tried."""


def days_between(first_on: date, last_on: date) -> list[date]:
    """Every day from the first to the last, both counted; none where the last comes first."""
    return [first_on + A_DAY * number for number in range((last_on - first_on).days + 1)]


def last_day_taken(ends_on: date, pause_days: int) -> date:
    """The last day of the pause after a loan that ends on that day."""
    return ends_on + A_DAY * pause_days


def take_days(trial: Trial, unit: DeviceUnit, starts_on: date, ends_on: date) -> None:
    """Give a stored loan these days of the unit and the pause after, in place of the days it has. Raises DaysTaken."""
    days = days_between(starts_on, last_day_taken(ends_on, unit.model.pause_days))
    rows = [{"unit_id": unit.id, "day_on": day, "trial_id": trial.id} for day in days]
    try:
        with db.session.begin_nested():
            release_days(trial)
            db.session.execute(sa.insert(UnitDay).values(rows))
    except IntegrityError as error:
        raise DaysTaken from error


def release_days(trial: Trial, from_on: date | None = None) -> None:
    """Give back the days that the loan has, all or from one on."""
    taken = sa.delete(UnitDay).where(UnitDay.trial_id == trial.id)
    if from_on is not None:
        taken = taken.where(UnitDay.day_on >= from_on)
    db.session.execute(taken.execution_options(synchronize_session=False))
