from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.core.errors import RuleBroken
from app.trials.models import TrialState
from app.trials.unit_queries import every_unit, history_of
from app.trials.unit_services import UnitFacts, add_unit, change_unit_facts, facts_of, fault_of_serial
from app.trials.units import DeviceUnit, UnitState
from tests.conftest import NOW
from tests.plans.cast import make_lead
from tests.trials import cast

LATER = NOW + timedelta(days=1)


def told(unit: DeviceUnit) -> list[tuple[UnitState | None, UnitState, str, str]]:
    lines = [line.change for line in history_of(unit)]
    return [(line.from_state, line.to_state, line.why, line.actor.name if line.actor else "") for line in lines]


def test_a_new_unit_is_free_and_its_history_begins(app: Flask, owner: User) -> None:
    with writing():
        facts = UnitFacts("BM 104", cast.add_model(), 1_250_000, date(2026, 3, 1), "Repa på locket")
        unit = add_unit(facts, owner, NOW)

    assert (unit.serial, unit.serial_key, unit.state) == ("BM 104", "bm104", UnitState.FREE)
    assert facts_of(unit) == facts
    assert told(unit) == [(None, UnitState.FREE, "", "Maj Ek")]


def test_two_units_never_have_the_same_serial_number(app: Flask, owner: User) -> None:
    with writing():
        model = cast.add_model()
        add_unit(UnitFacts("BM-104", model), owner, NOW)

    with pytest.raises(RuleBroken, match="Det finns redan en enhet med serienumret bm - 104"), writing():
        add_unit(UnitFacts("bm - 104", cast.add_model("bm-2")), owner, NOW)

    assert [unit.serial for unit in every_unit()] == ["BM-104"]


def test_a_unit_is_not_given_the_serial_number_of_another(app: Flask, owner: User) -> None:
    with writing():
        model = cast.add_model()
        cast.add_unit(model)
        other = cast.add_unit(model, "BM-105")

    with pytest.raises(RuleBroken, match="Det finns redan en enhet med serienumret BM-104"), writing():
        change_unit_facts(other, UnitFacts("BM-104", model), owner, NOW)

    assert [unit.serial for unit in every_unit()] == ["BM-104", "BM-105"]


def test_a_new_serial_number_is_told_in_the_history(app: Flask, owner: User) -> None:
    with writing():
        unit = add_unit(UnitFacts("BM-104", cast.add_model()), owner, NOW)
        changed = change_unit_facts(unit, UnitFacts("BM-104B", unit.model, note="Nytt chassi"), owner, LATER)

    assert changed
    assert (unit.serial_key, unit.note) == ("bm-104b", "Nytt chassi")
    assert told(unit)[0] == (UnitState.FREE, UnitState.FREE, "BM-104 → BM-104B", "Maj Ek")


def test_what_is_the_same_changes_nothing(app: Flask, owner: User) -> None:
    with writing():
        unit = add_unit(UnitFacts("BM-104", cast.add_model(), note="Repa"), owner, NOW)

        assert not change_unit_facts(unit, UnitFacts("BM-104", unit.model, note="Repa"), owner, LATER)
        assert change_unit_facts(unit, UnitFacts("BM-104", unit.model, note=""), owner, LATER)

    assert len(told(unit)) == 1


@pytest.mark.parametrize("state", [TrialState.RESERVED, TrialState.OUT, TrialState.RECEIVED])
def test_a_unit_keeps_its_model_while_a_loan_has_it(app: Flask, owner: User, state: TrialState) -> None:
    with writing():
        unit = cast.add_unit(cast.add_model())
        cast.add_trial(make_lead(), unit, state)
        other = cast.add_model("bm-2")

    with pytest.raises(RuleBroken, match="Enheten är utlånad eller reserverad"), writing():
        change_unit_facts(unit, UnitFacts("BM-104", other), owner, NOW)

    assert unit.model.slug == "bm"


def test_a_unit_may_change_model_once_its_loans_are_over(app: Flask, owner: User) -> None:
    with writing():
        unit = cast.add_unit(cast.add_model())
        cast.add_trial(make_lead(), unit, TrialState.NOT_BOUGHT)
        change_unit_facts(unit, UnitFacts("BM-104", cast.add_model("bm-2")), owner, NOW)

    assert unit.model.slug == "bm-2"


def test_units_are_listed_as_people_count(app: Flask) -> None:
    with writing():
        model = cast.add_model()
        for serial in ("BM-10", "BM-9", "AX", "BM-9B", "7"):
            cast.add_unit(model, serial)

    assert [unit.serial for unit in every_unit()] == ["7", "AX", "BM-9", "BM-9B", "BM-10"]


@pytest.mark.parametrize("serial", ["BM-104", "Häst 2", "A.1_b", "7", "x" * 40])
def test_a_serial_number_is_what_stands_on_a_unit(sqlite_app: Flask, serial: str) -> None:
    with sqlite_app.app_context():
        assert fault_of_serial(serial) is None


@pytest.mark.parametrize(
    "serial", ["", "BM/104", "-1", ".", "..", "add", "Import", "LABELS", "ß" * 21, "x" * 41, "a?b"]
)
def test_a_serial_number_is_no_other_address(sqlite_app: Flask, serial: str) -> None:
    with sqlite_app.app_context():
        assert fault_of_serial(serial)
