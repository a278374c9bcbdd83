"""Where a unit is, in one word, and what can be said of it."""

from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.trials.models import TrialState
from app.trials.unit_states import (
    UNIT_MOVES,
    UnitMove,
    allowed_for,
    back_from_service,
    check_unit,
    found,
    send_to_service,
)
from app.trials.units import DeviceModel, DeviceUnit, UnitChange, UnitState
from tests.conftest import NOW
from tests.trials.cast import TODAY, add_model, add_unit
from tests.trials.walks import A_DAY, walk_to

STATE_OF_UNIT = {
    TrialState.REQUESTED: UnitState.FREE,
    TrialState.SUITABLE: UnitState.FREE,
    TrialState.RESERVED: UnitState.RESERVED,
    TrialState.AGREED: UnitState.RESERVED,
    TrialState.OUT: UnitState.OUT,
    TrialState.DECISION: UnitState.OUT,
    TrialState.RETURNING: UnitState.OUT,
    TrialState.RECEIVED: UnitState.BACK_UNCHECKED,
    TrialState.CHECKED: UnitState.FREE,
    TrialState.BOUGHT: UnitState.SOLD,
    TrialState.NOT_BOUGHT: UnitState.FREE,
    TrialState.LOST: UnitState.LOST,
    TrialState.DECLINED: UnitState.FREE,
    TrialState.CANCELLED: UnitState.FREE,
}


@pytest.fixture
def model(app: Flask) -> DeviceModel:
    with writing():
        return add_model()


@pytest.fixture
def unit(model: DeviceModel) -> DeviceUnit:
    with writing():
        return add_unit(model)


def history(unit: DeviceUnit) -> list[tuple[UnitState | None, UnitState, str]]:
    """What has happened to the unit, the first first."""
    query = sa.select(UnitChange).where(UnitChange.unit_id == unit.id).order_by(UnitChange.id)
    return [(change.from_state, change.to_state, change.why) for change in db.session.scalars(query)]


@pytest.mark.parametrize("state", list(TrialState))
def test_a_unit_is_where_its_loan_says(unit: DeviceUnit, state: TrialState) -> None:
    with writing():
        walk_to(state, unit=unit)

    assert unit.state is STATE_OF_UNIT[state]


def test_each_change_is_a_line_of_its_history_with_the_loan_it_happened_in(unit: DeviceUnit) -> None:
    with writing():
        trial = walk_to(TrialState.CHECKED, unit=unit)

    states = [UnitState.FREE, UnitState.RESERVED, UnitState.OUT, UnitState.BACK_UNCHECKED, UnitState.FREE]
    assert history(unit) == [(before, after, "") for before, after in pairwise(states)]
    assert set(db.session.scalars(sa.select(UnitChange.trial_id))) == {trial.id}


def test_a_unit_that_is_out_and_reserved_for_later_is_out(unit: DeviceUnit) -> None:
    with writing():
        walk_to(TrialState.RESERVED, unit=unit, starts_on=TODAY + 30 * A_DAY)
        walk_to(TrialState.OUT, unit=unit)

    assert unit.state is UnitState.OUT


def test_a_unit_that_is_checked_and_waited_for_is_reserved(unit: DeviceUnit) -> None:
    with writing():
        walk_to(TrialState.RESERVED, unit=unit, starts_on=TODAY + 30 * A_DAY)
        walk_to(TrialState.CHECKED, unit=unit)

    assert unit.state is UnitState.RESERVED


def test_a_unit_goes_to_service_with_a_reason_and_comes_back(unit: DeviceUnit, owner: User) -> None:
    with pytest.raises(RuleBroken, match="Skriv vad som ska göras"), writing():
        send_to_service(unit, "  ", owner, NOW)
    with writing():
        send_to_service(unit, "Nytt batteri", owner, NOW)
    there = unit.state
    with writing():
        back_from_service(unit, owner, NOW)

    assert (there, unit.state) == (UnitState.SERVICE, UnitState.FREE)
    assert history(unit) == [
        (UnitState.FREE, UnitState.SERVICE, "Nytt batteri"),
        (UnitState.SERVICE, UnitState.FREE, ""),
    ]


def test_a_unit_in_service_stays_there_when_it_is_no_longer_waited_for_and_is_reserved_when_back(
    unit: DeviceUnit, owner: User
) -> None:
    with writing():
        walk_to(TrialState.RESERVED, unit=unit)
        send_to_service(unit, "Nytt batteri", owner, NOW)
        walk_to(TrialState.CHECKED, unit=add_unit(unit.model, "BM-107"))
    there = unit.state
    with writing():
        back_from_service(unit, owner, NOW)

    assert (there, unit.state) == (UnitState.SERVICE, UnitState.RESERVED)


def test_what_was_lost_is_found_and_checked(unit: DeviceUnit, owner: User) -> None:
    with writing():
        walk_to(TrialState.LOST, unit=unit)
    with writing():
        found(unit, owner, NOW, "I stallet")
    back = unit.state
    with writing():
        check_unit(unit, owner, NOW)

    assert (back, unit.state) == (UnitState.BACK_UNCHECKED, UnitState.FREE)
    assert history(unit)[-2:] == [
        (UnitState.LOST, UnitState.BACK_UNCHECKED, "I stallet"),
        (UnitState.BACK_UNCHECKED, UnitState.FREE, ""),
    ]


@pytest.mark.parametrize("state", list(UnitState))
@pytest.mark.parametrize("move", list(UnitMove))
def test_only_what_the_table_allows_is_said_of_a_unit(
    model: DeviceModel, owner: User, state: UnitState, move: UnitMove
) -> None:
    say = {
        UnitMove.SEND_TO_SERVICE: lambda: send_to_service(unit, "Nytt batteri", owner, NOW),
        UnitMove.BACK_FROM_SERVICE: lambda: back_from_service(unit, owner, NOW),
        UnitMove.FIND: lambda: found(unit, owner, NOW),
        UnitMove.CHECK: lambda: check_unit(unit, owner, NOW),
    }
    with writing():
        unit = add_unit(model, state=state)
    starts, leads_to = UNIT_MOVES[move]

    if state in starts:
        with writing():
            say[move]()
        assert unit.state is leads_to
    else:
        with pytest.raises(RuleBroken, match="Läs in sidan igen"), writing():
            say[move]()
        assert (unit.state, history(unit)) == (state, [])


def test_what_came_back_from_a_loan_is_checked_in_that_loan(unit: DeviceUnit, owner: User) -> None:
    with writing():
        walk_to(TrialState.RECEIVED, unit=unit)

    assert allowed_for(unit) == []
    with pytest.raises(RuleBroken, match="Läs in sidan igen"), writing():
        check_unit(unit, owner, NOW)
