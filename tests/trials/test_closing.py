"""A lead is not closed while a unit is with them and nobody has said what becomes of it."""

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUpKind
from app.follow_ups.onward import Rest
from app.follow_ups.services import complete, plan
from app.leads.models import Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.ending import decide
from app.trials.models import BEFORE_OUT, WITH_BORROWER, Decision, Trial, TrialState
from app.trials.returning import receive
from app.trials.units import DeviceUnit, UnitState
from tests.conftest import NOW
from tests.trials.cast import TODAY, add_model, add_unit
from tests.trials.walks import A_DAY, a_lost_reason, walk_to

NEXT_YEAR = TODAY.replace(year=2027)
CLOSINGS = (Stage.WON, Stage.LOST, Stage.RESTING)


@pytest.fixture
def unit(app: Flask) -> DeviceUnit:
    with writing():
        return add_unit(add_model())


def close(lead: Lead, stage: Stage, actor: User) -> None:
    reason = a_lost_reason() if stage is Stage.LOST else None
    until = NEXT_YEAR if stage is Stage.RESTING else None
    move_to_stage(lead, stage, actor, NOW, lost_reason=reason, rests_until_on=until)


@pytest.mark.parametrize("stage", CLOSINGS)
@pytest.mark.parametrize("state", [TrialState.OUT, TrialState.DECISION])
def test_while_the_unit_is_out_it_is_first_said_what_becomes_of_it(
    unit: DeviceUnit, owner: User, state: TrialState, stage: Stage
) -> None:
    with writing():
        trial = walk_to(state, unit=unit)
    before = trial.lead.stage
    with pytest.raises(RuleBroken) as refused, writing():
        close(trial.lead, stage, owner)

    assert str(refused.value) == (
        "BM-104 är hos Siv Lund. Säg först vad som händer med den: köper de den, köper de en ny eller lämnar de"
        " tillbaka den?"
    )
    assert (trial.lead.stage, trial.state) == (before, state)


@pytest.mark.parametrize("stage", CLOSINGS)
@pytest.mark.parametrize("state", WITH_BORROWER)
def test_once_that_is_said_the_lead_is_closed_and_the_trial_goes_on(
    unit: DeviceUnit, owner: User, state: TrialState, stage: Stage
) -> None:
    with writing():
        trial = walk_to(state, unit=unit)
        decide(trial, Decision.RETURNS, owner, NOW)
        close(trial.lead, stage, owner)

    assert (trial.lead.stage, trial.state, unit.state) == (stage, state, UnitState.OUT)


def test_a_step_that_ends_in_rest_is_refused_too(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit)
        step = plan(trial.lead, FollowUpKind.CALL, NOW, NOW)
    with pytest.raises(RuleBroken, match="BM-104 är hos Siv Lund"), writing():
        complete(step, owner, NOW, Rest(NEXT_YEAR))

    assert step.done_at is None


@pytest.mark.parametrize("stage", CLOSINGS)
@pytest.mark.parametrize("state", BEFORE_OUT)
def test_what_has_not_begun_is_called_off_and_nothing_is_owed(
    unit: DeviceUnit, owner: User, state: TrialState, stage: Stage
) -> None:
    with writing():
        trial = walk_to(state, unit=unit)
        close(trial.lead, stage, owner)

    assert (trial.state, unit.state, trial.lead.next_step_at) == (TrialState.CANCELLED, UnitState.FREE, None)


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        (Stage.LOST, TrialState.NOT_BOUGHT),
        (Stage.WON, TrialState.CHECKED),
        (Stage.RESTING, TrialState.CHECKED),
    ],
)
def test_what_is_back_and_looked_over_ends_with_a_lost_lead(
    unit: DeviceUnit, owner: User, stage: Stage, state: TrialState
) -> None:
    with writing():
        trial = walk_to(TrialState.CHECKED, unit=unit)
        close(trial.lead, stage, owner)

    assert (trial.state, trial.lost_reason) == (state, trial.lead.lost_reason)


def test_what_is_back_and_not_looked_over_waits_for_that(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.RECEIVED, unit=unit)
        close(trial.lead, Stage.LOST, owner)

    assert (trial.state, unit.state) == (TrialState.RECEIVED, UnitState.BACK_UNCHECKED)


def test_a_unit_comes_back_from_a_lead_that_is_closed(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial: Trial = walk_to(TrialState.OUT, unit=unit)
        decide(trial, Decision.RETURNS, owner, NOW)
        close(trial.lead, Stage.LOST, owner)
        receive(trial, TODAY + A_DAY, owner, NOW + A_DAY)

    assert (trial.state, trial.lead.stage, trial.lead.next_step_at) == (TrialState.RECEIVED, Stage.LOST, None)
