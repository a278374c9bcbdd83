"""Promise 4: two people, in two processes, who want the same unit for days that overlap. One of them has it."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db, writing
from app.trials.days import days_between, last_day_taken
from app.trials.models import Trial, TrialState, UnitDay
from app.trials.units import DeviceModel, DeviceUnit
from tests.together import told_at_once
from tests.trials.cast import FIRST, LAST, add_model, add_unit
from tests.trials.lender_process import ALL_GUARDS, KEY_ALONE
from tests.trials.walks import A_DAY, walk_to

ROUNDS = 4
NEVER_WANTED = "BM-900"
PATIENCE_SECONDS = 120
Wish = tuple[int, str, str, str]
"""Whose trial, which unit, and from when until when."""


@pytest.fixture
def model(app: Flask) -> DeviceModel:
    """One unit for each round, and one that nobody asks for by its name."""
    with writing():
        model = add_model()
        for number in range(ROUNDS):
            add_unit(model, f"BM-{number}")
        add_unit(model, NEVER_WANTED)
    return model


def wish(trial: Trial, unit: DeviceUnit, starts_on: date, ends_on: date) -> Wish:
    return trial.id, unit.serial, starts_on.isoformat(), ends_on.isoformat()


def two_reserve(unit: DeviceUnit) -> tuple[Wish, Wish]:
    """Both want it for three weeks, the one ten days after the other."""
    one, other = (walk_to(TrialState.SUITABLE, unit=unit) for _ in range(2))
    return wish(one, unit, FIRST, LAST), wish(other, unit, FIRST + 10 * A_DAY, LAST + 10 * A_DAY)


def one_extends(unit: DeviceUnit) -> tuple[Wish, Wish]:
    """The one has it, and would like to keep it when the other wants it."""
    one, other = walk_to(TrialState.OUT, unit=unit), walk_to(TrialState.SUITABLE, unit=unit)
    return wish(one, unit, FIRST, LAST + 7 * A_DAY), wish(other, unit, LAST + 5 * A_DAY, LAST + 9 * A_DAY)


@pytest.mark.parametrize("guards", [ALL_GUARDS, KEY_ALONE])
@pytest.mark.parametrize("wishes", [two_reserve, one_extends])
def test_of_two_who_want_a_unit_one_has_it_and_the_other_is_told_which_are_free(
    app: Flask, model: DeviceModel, wishes: Callable[[DeviceUnit], tuple[Wish, Wish]], guards: str
) -> None:
    with writing():
        units = db.session.scalars(sa.select(DeviceUnit).where(DeviceUnit.serial != NEVER_WANTED)).all()
        rounds = [wishes(unit) for unit in units]

    met = rush(app, [list(wished) for wished in zip(*rounds, strict=True)], guards)

    for (one, other), unit in zip(zip(*met, strict=True), units, strict=True):
        won, lost = (one, other) if "got" in one else (other, one)
        assert won == {"got": unit.serial}
        assert NEVER_WANTED in lost["free"]
        assert unit.serial not in lost["free"]
    assert taken_days() == sorted(day for trial in kept_trials() for day in days_of(trial))


def rush(app: Flask, wishes: list[list[Wish]], guards: str) -> list[list[dict[str, Any]]]:
    """Let both in at once, and give what each of their rounds met with."""
    lenders = [[json.dumps(rounds), guards] for rounds in wishes]
    said = told_at_once(app, "tests.trials.lender_process", lenders, PATIENCE_SECONDS)
    return [json.loads(one) for one in said]


def kept_trials() -> list[Trial]:
    """Those that have a unit."""
    return list(db.session.scalars(sa.select(Trial).where(Trial.unit_id.is_not(None))))


def days_of(trial: Trial) -> list[tuple[int, date, int]]:
    """The days that a trial has by its own account: the unit, the day, and whose it is."""
    assert trial.starts_on is not None
    assert trial.ends_on is not None
    last_on = last_day_taken(trial.ends_on, trial.model.pause_days)
    return [(trial.unit_id or 0, day, trial.id) for day in days_between(trial.starts_on, last_on)]


def taken_days() -> list[tuple[int, date, int]]:
    """The days that are taken by the key."""
    rows = db.session.execute(sa.select(UnitDay.unit_id, UnitDay.day_on, UnitDay.trial_id))
    return sorted((unit_id, day, trial_id) for unit_id, day, trial_id in rows)
