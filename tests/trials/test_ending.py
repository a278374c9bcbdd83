"""How a loan ends, and what follows for the lead, the unit and whoever waits for it."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.care_queries import touch_points_of
from app.trials.ending import Sale, buy_new, buy_this, cancel, come_to_decision, decide, decline, lose, not_buy
from app.trials.models import Decision, Trial, TrialState
from app.trials.queries import changes_of
from app.trials.returning import check, receive
from app.trials.touch_points import TouchPointState
from app.trials.units import DeviceModel, DeviceUnit, UnitState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import LAST, TODAY, add_model, add_unit
from tests.trials.walks import A_DAY, DO, PATHS, Steps, a_lost_reason, days_taken, walk_to

PRICE = 1_490_000
TOMORROW = date(2026, 11, 24)
AFTER_OUT = (TrialState.OUT, TrialState.DECISION, TrialState.RETURNING, TrialState.RECEIVED, TrialState.CHECKED)
BEFORE = (TrialState.REQUESTED, TrialState.SUITABLE, TrialState.RESERVED, TrialState.AGREED)


@pytest.fixture
def model(app: Flask) -> DeviceModel:
    with writing():
        return add_model()


@pytest.fixture
def unit(model: DeviceModel) -> DeviceUnit:
    with writing():
        return add_unit(model)


@pytest.fixture
def other(model: DeviceModel, unit: DeviceUnit) -> DeviceUnit:
    """Another one of the same model."""
    with writing():
        return add_unit(model, "BM-107")


def owed(lead: Lead) -> list[tuple[FollowUpKind, str | None, date | None, int | None]]:
    """What the lead is owed, and by whom."""
    return [(step.kind, step.title, step.due_on, step.owner_id) for step in open_of(lead.id)]


def told_last(trial: Trial) -> tuple[EventKind, str | None]:
    """The last line of the timeline that tells of the trial."""
    query = sa.select(LeadEvent).where(LeadEvent.about_id == trial.id).order_by(LeadEvent.id.desc())
    line = db.session.scalars(query.limit(1)).one()
    return line.kind, line.text


# Decided


def test_what_was_said_is_kept_and_told_once(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit)
        decide(trial, Decision.BUYS_NEW, owner, NOW)
        count = len(changes_of(trial.id))
        decide(trial, Decision.BUYS_NEW, owner, NOW)

    assert (trial.state, trial.decision) == (TrialState.OUT, Decision.BUYS_NEW)
    assert told_last(trial) == (EventKind.TRIAL_DECIDED, "buys_new")
    assert len(changes_of(trial.id)) == count


@pytest.mark.parametrize("state", BEFORE)
def test_nothing_is_decided_of_a_unit_that_has_not_been_out(unit: DeviceUnit, state: TrialState) -> None:
    with writing():
        trial = walk_to(state, unit=unit)
    with pytest.raises(RuleBroken, match="Läs in sidan igen"), writing():
        decide(trial, Decision.RETURNS, None, NOW)


def test_when_the_last_day_is_here_the_lead_goes_on_to_decide(unit: DeviceUnit) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit)
        come_to_decision(trial, NOW)

    assert (trial.state, trial.lead.stage) == (TrialState.DECISION, Stage.DECISION)


# Bought


@pytest.mark.parametrize("state", AFTER_OUT)
def test_whoever_keeps_the_unit_has_bought_it_and_the_lead_is_won(
    unit: DeviceUnit, owner: User, state: TrialState
) -> None:
    with writing():
        trial = walk_to(state, unit=unit)
        buy_this(trial, Sale(TODAY, PRICE), owner, NOW)

    assert (trial.state, trial.settled_at, trial.decision) == (TrialState.BOUGHT, NOW, Decision.BUYS_THIS)
    assert (trial.sold_on, trial.price_ore, unit.state) == (TODAY, PRICE, UnitState.SOLD)
    assert (trial.lead.stage, trial.lead.next_step_at, days_taken(trial)) == (Stage.WON, None, [])
    assert trial.lead.value_ore == PRICE
    assert told_last(trial) == (EventKind.TRIAL_ENDED, "bought")
    assert {point.state for point in touch_points_of(trial.id)} == {TouchPointState.SKIPPED}


def test_a_purchase_is_not_made_tomorrow_nor_before_the_unit_went_out_nor_for_less_than_nothing(
    unit: DeviceUnit,
) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit)
    with pytest.raises(RuleBroken, match="Dagen har inte varit än"), writing():
        buy_this(trial, Sale(TOMORROW, PRICE), None, NOW)
    with pytest.raises(RuleBroken, match="innan den lämnades ut"), writing():
        buy_this(trial, Sale(TODAY - 400 * A_DAY, PRICE), None, NOW)
    with pytest.raises(RuleBroken, match="mindre än noll"), writing():
        buy_this(trial, Sale(TODAY, -1), None, NOW)

    assert (trial.state, unit.state) == (TrialState.OUT, UnitState.OUT)


def test_what_was_lent_to_somebody_else_since_is_not_sold(unit: DeviceUnit) -> None:
    with writing():
        trial = walk_to(TrialState.CHECKED, unit=unit)
        walk_to(TrialState.OUT, unit=unit)
    with pytest.raises(RuleBroken, match="BM-104 är utlånad till någon annan nu"), writing():
        buy_this(trial, Sale(TODAY, PRICE), None, NOW)


def test_what_was_sold_to_somebody_else_since_is_not_sold_again(unit: DeviceUnit) -> None:
    with writing():
        trial = walk_to(TrialState.CHECKED, unit=unit)
        walk_to(TrialState.BOUGHT, unit=unit)
    with pytest.raises(RuleBroken, match="BM-104 finns inte kvar"), writing():
        buy_this(trial, Sale(TODAY, PRICE), None, NOW)


def test_whoever_waited_for_a_sold_unit_gets_another(unit: DeviceUnit, other: DeviceUnit) -> None:
    with writing():
        waiting = walk_to(TrialState.AGREED, unit=unit, starts_on=LAST + 5 * A_DAY)
        trial = walk_to(TrialState.OUT, unit=unit)
        buy_this(trial, Sale(TODAY, PRICE), None, NOW)

    assert (waiting.state, waiting.unit, other.state) == (TrialState.AGREED, other, UnitState.RESERVED)
    assert days_taken(waiting)[0] == LAST + 5 * A_DAY
    assert owed(waiting.lead) == []


def test_where_no_other_is_free_somebody_has_to_choose(unit: DeviceUnit, owner: User) -> None:
    with writing():
        waiting = walk_to(TrialState.RESERVED, unit=unit, starts_on=LAST + 5 * A_DAY)
        waiting.owner = owner
        trial = walk_to(TrialState.OUT, unit=unit)
        lose(trial, owner, NOW, "Brann upp")

    assert waiting.unit is unit
    title = "Välj en annan enhet till provperioden"
    assert owed(waiting.lead) == [(FollowUpKind.CALL, title, TODAY, owner.id)]


def test_a_new_one_is_bought_when_the_one_that_was_tried_is_looked_over(
    unit: DeviceUnit, other: DeviceUnit, owner: User
) -> None:
    with writing():
        trial = walk_to(TrialState.CHECKED, unit=unit)
        buy_new(trial, Sale(TODAY, PRICE), owner, NOW, new_unit=other)

    assert (trial.state, trial.new_unit, trial.decision) == (TrialState.BOUGHT, other, Decision.BUYS_NEW)
    assert [unit.state, other.state] == [UnitState.FREE, UnitState.SOLD]
    assert trial.lead.stage is Stage.WON


def test_a_new_one_that_somebody_waits_for_is_not_sold(unit: DeviceUnit, other: DeviceUnit) -> None:
    with writing():
        walk_to(TrialState.RESERVED, unit=other)
        trial = walk_to(TrialState.CHECKED, unit=unit)
    with pytest.raises(RuleBroken, match="BM-107 är inte ledig"), writing():
        buy_new(trial, Sale(TODAY, PRICE), None, NOW, new_unit=other)


# Not bought


def test_who_does_not_buy_says_why_and_the_lead_is_lost_for_that(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.CHECKED, unit=unit)
    with pytest.raises(RuleBroken, match="Välj en anledning"), writing():
        not_buy(trial, None, owner, NOW)
    with writing():
        reason = a_lost_reason()
        not_buy(trial, reason, owner, NOW)

    assert (trial.state, trial.lost_reason, unit.state) == (TrialState.NOT_BOUGHT, reason, UnitState.FREE)
    assert (trial.lead.stage, trial.lead.lost_reason) == (Stage.LOST, reason)


def test_a_lead_that_tries_two_stays_open_until_both_are_told(unit: DeviceUnit, other: DeviceUnit) -> None:
    with writing():
        lead = add_lead(add_contact())
        first = walk_to(TrialState.CHECKED, lead=lead, unit=unit)
        second = walk_to(TrialState.OUT, lead=lead, unit=other)
        not_buy(first, a_lost_reason(), None, NOW)
        after_first = lead.stage
        receive(second, TODAY, None, NOW)
        check(second, None, NOW)
        not_buy(second, a_lost_reason(), None, NOW)

    assert (after_first, lead.stage) == (Stage.DECISION, Stage.LOST)


def test_a_lead_that_has_bought_one_of_two_is_won_when_the_other_is_back(unit: DeviceUnit, other: DeviceUnit) -> None:
    with writing():
        lead = add_lead(add_contact())
        second = walk_to(TrialState.OUT, lead=lead, unit=other)
        buy_this(walk_to(TrialState.OUT, lead=lead, unit=unit), Sale(TODAY, PRICE), None, NOW)
        after_first = lead.stage
        receive(second, TODAY, None, NOW)
        check(second, None, NOW)
        not_buy(second, a_lost_reason(), None, NOW)

    assert (after_first, lead.stage) == (Stage.TRIAL, Stage.WON)


def test_who_buys_after_all_wins_a_lead_that_was_lost(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit)
        decide(trial, Decision.RETURNS, owner, NOW)
        move_to_stage(trial.lead, Stage.LOST, owner, NOW, lost_reason=a_lost_reason())
        buy_this(trial, Sale(TODAY, PRICE), owner, NOW)

    assert trial.lead.stage is Stage.WON


# Lost, called off, declined


def test_a_lost_unit_is_said_why_and_the_lead_is_asked_how_to_go_on(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit, actor=owner)
        trial.owner = owner
    with pytest.raises(RuleBroken, match="Skriv vad som har hänt"), writing():
        lose(trial, owner, NOW, " ")
    with writing():
        lose(trial, owner, NOW, "Stulen ur bilen")

    assert (trial.state, unit.state, changes_of(trial.id)[-1].why) == (
        TrialState.LOST,
        UnitState.LOST,
        "Stulen ur bilen",
    )
    assert owed(trial.lead) == [(FollowUpKind.CALL, "Hör hur vi går vidare", TOMORROW, owner.id)]
    assert trial.lead.stage is Stage.TRIAL


@pytest.mark.parametrize("state", BEFORE)
def test_a_trial_that_is_called_off_frees_its_unit_and_the_lead_is_owed_a_call(
    unit: DeviceUnit, owner: User, state: TrialState
) -> None:
    with writing():
        lead = add_lead(add_contact(), owner=owner)
        trial = walk_to(state, lead=lead, unit=unit)
        cancel(trial, owner, NOW, "Blev sjuk")

    assert (trial.state, unit.state, days_taken(trial)) == (TrialState.CANCELLED, UnitState.FREE, [])
    assert told_last(trial) == (EventKind.TRIAL_ENDED, "cancelled")
    assert owed(lead) == [(FollowUpKind.CALL, "Hör hur vi går vidare", TOMORROW, owner.id)]


def test_a_trial_that_is_declined_leaves_the_lead_a_call(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.REQUESTED, unit=unit)
        decline(trial, owner, NOW, "Pacemaker")

    assert (trial.state, changes_of(trial.id)[-1].why) == (TrialState.DECLINED, "Pacemaker")
    assert [title for _kind, title, _on, _owner in owed(trial.lead)] == ["Hör hur vi går vidare"]


def test_no_call_is_owed_where_another_trial_of_theirs_goes_on(unit: DeviceUnit, other: DeviceUnit) -> None:
    with writing():
        lead = add_lead(add_contact())
        walk_to(TrialState.RESERVED, lead=lead, unit=other)
        cancel(walk_to(TrialState.RESERVED, lead=lead, unit=unit), None, NOW)

    assert owed(lead) == []
    assert not lead.is_adrift


@pytest.mark.parametrize("state", [state for state in TrialState if state in PATHS and len(PATHS[state]) > 3])
def test_a_loan_that_has_lost_its_lead_walks_on_to_every_end(unit: DeviceUnit, state: TrialState) -> None:
    steps = Steps(unit)
    with writing() as session:
        trial = walk_to(TrialState.AGREED, unit=unit)
        trial.lead = None
        session.flush()
        for move in PATHS[state][3:]:
            DO[move](trial, steps)

    assert (trial.state, trial.lead) == (state, None)
