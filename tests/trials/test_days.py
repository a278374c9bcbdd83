from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db, writing
from app.trials.days import DaysTaken, days_between, release_days, take_days
from app.trials.models import Trial, TrialState, UnitDay
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import FIRST, LAST, add_model, add_trial, add_unit
from tests.trials.walks import A_DAY, days_taken


@pytest.fixture
def trials(app: Flask) -> list[Trial]:
    """Two of the same unit, that have no days yet."""
    with writing():
        unit = add_unit(add_model(pause_days=2))
        return [add_trial(add_lead(add_contact()), unit, TrialState.RESERVED) for _ in range(2)]


def test_a_loan_has_each_of_its_days_and_the_pause_after(trials: list[Trial]) -> None:
    first, _second = trials
    with writing():
        take_days(first, first.unit, FIRST, FIRST + A_DAY)

    assert days_taken(first) == [date(2026, 11, day) for day in (23, 24, 25, 26)]


def test_other_days_take_the_place_of_those_before(trials: list[Trial]) -> None:
    first, _second = trials
    with writing():
        take_days(first, first.unit, FIRST, LAST)
        take_days(first, first.unit, LAST, LAST)

    assert days_taken(first) == [LAST, LAST + A_DAY, LAST + 2 * A_DAY]


def test_a_day_is_taken_once_and_the_write_goes_on(trials: list[Trial]) -> None:
    first, second = trials
    with writing():
        take_days(first, first.unit, FIRST, FIRST)
        take_days(second, second.unit, LAST, LAST)
        with pytest.raises(DaysTaken):
            take_days(second, second.unit, FIRST + 2 * A_DAY, LAST)

    assert days_taken(first) == days_between(FIRST, FIRST + 2 * A_DAY)
    assert days_taken(second) == days_between(LAST, LAST + 2 * A_DAY)


def test_days_are_given_back_from_one_on_or_all(trials: list[Trial]) -> None:
    first, second = trials
    with writing():
        take_days(first, first.unit, FIRST, FIRST)
        take_days(second, second.unit, LAST, LAST)
        release_days(first, FIRST + A_DAY)
        release_days(second)

    assert [days_taken(trial) for trial in trials] == [[FIRST], []]


@pytest.mark.parametrize("days", [1, 366])
def test_the_days_are_taken_in_one_statement(trials: list[Trial], days: int) -> None:
    first, _second = trials
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.extend([statement] if "INSERT INTO unit_day" in statement else [])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    with writing():
        take_days(first, first.unit, FIRST, FIRST + A_DAY * (days - 1))
    sa.event.remove(db.engine, "before_cursor_execute", note)

    assert len(statements) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UnitDay)) == days + 2
