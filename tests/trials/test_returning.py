"""A unit on its way home."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from app.leads.stages import Stage
from app.mail.templates import ensure_templates
from app.plans.editing import ensure_plans, switch_on
from app.plans.models import Plan, PlanRun
from app.trials.care_queries import touch_points_of
from app.trials.days import days_between
from app.trials.models import Decision, Trial, TrialState
from app.trials.queries import changes_of
from app.trials.returning import check, never_came, receive, say_returned
from app.trials.touch_points import TouchPointState
from app.trials.units import DeviceModel, DeviceUnit, UnitState
from tests.conftest import NOW
from tests.consultations.cast import events_of
from tests.trials.cast import FIRST, LAST, TODAY, add_model, add_unit
from tests.trials.walks import A_DAY, days_taken, walk_to

LATER = NOW + 10 * A_DAY
TENTH_DAY = TODAY + 10 * A_DAY


@pytest.fixture
def model(app: Flask) -> DeviceModel:
    with writing():
        return add_model(pause_days=2)


@pytest.fixture
def unit(model: DeviceModel) -> DeviceUnit:
    with writing():
        return add_unit(model)


@pytest.fixture
def lent(unit: DeviceUnit) -> Trial:
    """Out since today, for three weeks."""
    with writing():
        return walk_to(TrialState.OUT, unit=unit)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, Decision.RETURNS),
        (Decision.BUYS_THIS, Decision.RETURNS),
        (Decision.BUYS_NEW, Decision.BUYS_NEW),
    ],
)
def test_whoever_has_sent_it_back_does_not_buy_this_one(lent: Trial, said: Decision | None, kept: Decision) -> None:
    with writing():
        lent.decision = said
        say_returned(lent, LATER)

    assert (lent.state, lent.decision) == (TrialState.RETURNING, kept)
    assert events_of(lent.lead)[-1] is EventKind.TRIAL_RETURNING
    assert changes_of(lent.id)[-1].actor is None


def test_what_never_came_is_with_the_borrower_still(lent: Trial, owner: User) -> None:
    with writing():
        say_returned(lent, LATER)
        never_came(lent, owner, LATER)

    assert (lent.state, lent.unit.state) == (TrialState.DECISION, UnitState.OUT)
    assert [(change.from_state, change.actor) for change in changes_of(lent.id)[-1:]] == [(TrialState.RETURNING, owner)]


def test_what_comes_back_early_is_free_again_after_its_pause(lent: Trial, owner: User) -> None:
    with writing():
        receive(lent, TENTH_DAY, owner, LATER)

    assert (lent.state, lent.ends_on, lent.received_at) == (TrialState.RECEIVED, TENTH_DAY, LATER)
    assert days_taken(lent) == days_between(FIRST, TENTH_DAY + 2 * A_DAY)
    assert lent.unit.state is UnitState.BACK_UNCHECKED
    assert events_of(lent.lead)[-2:] == [EventKind.TRIAL_RECEIVED, EventKind.STAGE]
    assert {point.state for point in touch_points_of(lent.id)} == {TouchPointState.SKIPPED}


def test_what_comes_back_late_ended_that_day(lent: Trial) -> None:
    late = LAST + 9 * A_DAY
    with writing():
        receive(lent, late, None, LATER + 30 * A_DAY)

    assert (lent.ends_on, days_taken(lent)) == (late, days_between(FIRST, LAST + 2 * A_DAY))


@pytest.mark.parametrize(
    ("on", "words"),
    [(FIRST - A_DAY, "Enheten lämnades ut 23 november."), (TENTH_DAY + A_DAY, "Dagen har inte varit än.")],
)
def test_nothing_comes_back_before_it_was_out_nor_tomorrow(lent: Trial, on: date, words: str) -> None:
    with pytest.raises(RuleBroken, match=words), writing():
        receive(lent, on, None, LATER)

    assert lent.state is TrialState.OUT


def test_a_lead_goes_on_to_decide_when_the_unit_is_back_and_the_plan_for_it_starts(unit: DeviceUnit) -> None:
    with writing():
        ensure_templates(NOW)
        ensure_plans(NOW)
        plan = db.session.scalars(sa.select(Plan).filter_by(key="after_trial")).one()
        switch_on(plan, NOW)
        trial = walk_to(TrialState.OUT, unit=unit)
        before = trial.lead.stage
        receive(trial, TODAY, None, NOW)

    run = db.session.scalars(sa.select(PlanRun)).one()
    assert (before, trial.lead.stage) == (Stage.TRIAL, Stage.DECISION)
    assert (run.plan_id, run.is_running) == (plan.id, True)


def test_what_was_looked_over_can_go_out_the_same_day(lent: Trial, owner: User) -> None:
    with writing():
        receive(lent, TENTH_DAY, owner, LATER)
        check(lent, owner, LATER)

    assert (lent.state, lent.unit.state) == (TrialState.CHECKED, UnitState.FREE)
    assert days_taken(lent) == days_between(FIRST, TENTH_DAY - A_DAY)


def test_what_needs_service_goes_there_with_a_reason(lent: Trial, owner: User) -> None:
    with writing():
        receive(lent, TENTH_DAY, owner, LATER)
    with pytest.raises(RuleBroken, match="Skriv vad som ska göras"), writing():
        check(lent, owner, LATER, needs_service=True)
    with writing():
        check(lent, owner, LATER, needs_service=True, why="Nytt batteri")

    assert (lent.state, lent.unit.state) == (TrialState.CHECKED, UnitState.SERVICE)
