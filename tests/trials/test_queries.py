"""What is found of trials and units, and what is locked before it is changed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.leads.queries import lead_to_change
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.free_units import free_days_from, free_from, free_units
from app.trials.lending import change_unit
from app.trials.models import Trial, TrialState
from app.trials.queries import (
    trial_of,
    trial_to_change,
    trial_with_all,
    trials_of,
    unit_called,
    unit_to_change,
    waiting_trials,
)
from app.trials.units import DeviceModel, DeviceUnit, UnitState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.together import while_we_write
from tests.trials.cast import FIRST, LAST, TODAY, add_model, add_trial, add_unit
from tests.trials.walks import A_DAY, a_lost_reason, walk_to


@pytest.fixture
def model(app: Flask) -> DeviceModel:
    with writing():
        return add_model(pause_days=2)


@pytest.fixture
def unit(model: DeviceModel) -> DeviceUnit:
    with writing():
        return add_unit(model)


# Locked in one order


def test_whoever_closes_a_lead_and_whoever_changes_its_trial_never_wait_for_each_other(
    app: Flask, unit: DeviceUnit, owner: User
) -> None:
    with writing():
        trial = walk_to(TrialState.RESERVED, unit=unit)
    lead_id, trial_id = trial.lead_id or 0, trial.id
    found: list[TrialState] = []

    def change() -> None:
        with writing():
            changed = trial_to_change(trial_id)
            assert changed is not None
            found.append(changed.state)

    with while_we_write(app, change) as let_begin:
        lead = lead_to_change(lead_id)
        assert lead is not None
        let_begin()
        move_to_stage(lead, Stage.LOST, owner, NOW, lost_reason=a_lost_reason())

    freed = unit_called("BM-104")
    assert freed is not None
    assert (found, freed.state) == ([TrialState.CANCELLED], UnitState.FREE)


def test_the_same_trial_is_changed_by_one_after_the_other(app: Flask, unit: DeviceUnit) -> None:
    with writing():
        add_unit(unit.model, "BM-107")
        trial = walk_to(TrialState.RESERVED, unit=unit)
    trial_id = trial.id

    def change(serial: str) -> None:
        found, other = trial_to_change(trial_id), unit_called(serial)
        assert found is not None
        assert other is not None
        change_unit(found, other, None, NOW)

    def change_back() -> None:
        with writing():
            change("BM-104")

    with while_we_write(app, change_back) as let_begin:
        change("BM-107")
        let_begin()

    kept = trial_with_all(trial_id)
    assert kept is not None
    assert kept.unit is not None
    assert kept.unit.serial == "BM-104"


def test_what_does_not_exist_is_not_locked(app: Flask) -> None:
    with writing():
        assert (trial_to_change(999), unit_to_change("BM-104")) == (None, None)


# Found


def test_a_unit_is_called_however_it_is_typed(unit: DeviceUnit) -> None:
    assert [unit_called(typed) for typed in ("bm-104", " BM - 104", "BM-105")] == [unit, unit, None]


def test_a_unit_is_free_from_the_first_day_that_nobody_has_it(model: DeviceModel) -> None:
    with writing():
        untouched, taken, later, late, gone = (add_unit(model, f"BM-{number}") for number in range(5))
        walk_to(TrialState.RESERVED, unit=taken)
        walk_to(TrialState.RESERVED, unit=later, starts_on=TODAY + A_DAY)
        walk_to(TrialState.OUT, unit=late, starts_on=TODAY - 9 * A_DAY, ends_on=TODAY - 5 * A_DAY, now=NOW - 9 * A_DAY)
        walk_to(TrialState.BOUGHT, unit=gone)
    units = [untouched, taken, later, late, gone]

    expected = [TODAY, LAST + 3 * A_DAY, TODAY, TODAY + 3 * A_DAY, None]
    assert [free_from(unit, TODAY) for unit in units] == expected
    assert free_days_from(units, TODAY) == {unit.id: day for unit, day in zip(units, expected, strict=True)}


def test_free_units_are_of_the_model_alone(model: DeviceModel, unit: DeviceUnit) -> None:
    with writing():
        other = add_unit(add_model("hast"), "BH-1")

    assert free_units(model, FIRST, LAST, TODAY) == [unit]
    assert free_units(other.model, FIRST, LAST, TODAY) == [other]


def test_the_trial_of_a_lead_is_the_open_one_else_the_latest(model: DeviceModel) -> None:
    with writing():
        lead, other = add_lead(add_contact()), add_lead(add_contact())
        ended, still_open, declined = (
            add_trial(lead, state=state) for state in (TrialState.NOT_BOUGHT, TrialState.OUT, TrialState.DECLINED)
        )
        early, late = (add_trial(other, state=state) for state in (TrialState.NOT_BOUGHT, TrialState.DECLINED))

    assert [trial_of(lead.id), trial_of(other.id), trial_of(999)] == [still_open, late, None]
    assert list(trials_of([lead.id, other.id])) == [still_open, late, early, declined, ended]


def test_what_waits_until_a_day_is_what_falls_on_it_or_has_no_day(model: DeviceModel, owner: User, staff: User) -> None:
    def add(state: TrialState, days: int = 0, whose: User | None = None) -> Trial:
        day = TODAY + timedelta(days)
        return add_trial(add_lead(add_contact()), state=state, owner=whose, **_days(state, day))

    with writing():
        asked, returning = add(TrialState.REQUESTED), add(TrialState.RETURNING, 5)
        today, tomorrow = add(TrialState.AGREED, whose=owner), add(TrialState.AGREED, 1)
        ends, ends_later = add(TrialState.DECISION, -3, staff), add(TrialState.OUT, 1)
        add(TrialState.NOT_BOUGHT, -3)

    assert list(waiting_trials(TODAY)) == [asked, ends, today, returning]
    assert list(waiting_trials(TODAY + A_DAY)) == [asked, ends, today, tomorrow, ends_later, returning]
    assert list(waiting_trials(TODAY, limit=2)) == [asked, ends]
    assert list(waiting_trials(TODAY, user_id=owner.id)) == [asked, today, returning]


def _days(state: TrialState, day: date) -> dict[str, date]:
    if state is TrialState.REQUESTED:
        return {}
    if state is TrialState.AGREED:
        return {"starts_on": day, "ends_on": day + 9 * A_DAY}
    return {"starts_on": day - 9 * A_DAY, "ends_on": day}


def test_lists_ask_no_more_for_many(model: DeviceModel, owner: User, count_queries: Callable[[], int]) -> None:
    def add(count: int) -> None:
        with writing():
            for _ in range(count):
                trial = add_trial(add_lead(add_contact()), owner=owner)
                trial.article_id = None

    def ask() -> int:
        count_queries()
        for trial in waiting_trials(LAST):
            assert trial.unit is not None
            assert trial.lead is not None
            names = (trial.model.name, trial.unit.model.name, trial.owner, trial.lead.contact.name, trial.article)
            assert names == ("BM Hem", "BM Hem", owner, "Siv Lund", None)
        units = free_units(model, LAST + 9 * A_DAY, LAST + 9 * A_DAY, TODAY)
        assert {unit.model.name for unit in units} == {"BM Hem"}
        free_days_from(units, TODAY)
        return count_queries()

    add(1)
    for_one = ask()
    add(29)

    assert ask() == for_one
