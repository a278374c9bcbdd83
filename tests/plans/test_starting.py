"""Who may start a plan, and who may not."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core.db import writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from app.leads.queries import lost_reasons
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.models import MessageClass
from app.plans.models import PlanRun, RunState
from app.plans.services import start, start_by_event, start_many
from tests.conftest import NOW
from tests.plans.cast import (
    MORNING,
    last_told,
    make_lead,
    make_plan,
    say_yes_to_tips,
    told_of_plans,
)

TODAY = date(2026, 11, 23)


def test_start_waits_for_the_first_step_and_tells_the_timeline(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2), lead, owner, NOW)

    assert (run.state, run.position, run.waits_from, run.next_at) == (RunState.RUNNING, 1, TODAY, MORNING)
    event = last_told(lead)
    assert (event.kind, event.about_id, event.actor_id) == (EventKind.PLAN_STARTED, run.id, owner.id)


def test_start_refuses_a_plan_that_is_off(app: Flask, owner: User) -> None:
    with writing():
        plan, lead = make_plan(2, is_on=False), make_lead()

    with pytest.raises(RuleBroken, match="avstängd"), writing():
        start(plan, lead, owner, NOW)

    assert told_of_plans(lead) == []


def test_start_refuses_a_plan_that_is_under_way(app: Flask, owner: User) -> None:
    with writing():
        plan, lead = make_plan(2), make_lead()
        start(plan, lead, owner, NOW)

    with pytest.raises(RuleBroken, match="pågår redan"), writing():
        start(plan, lead, owner, NOW)


def test_start_refuses_a_second_plan_of_the_same_class_and_names_the_first(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        start(make_plan(2, name="Efter mässan"), lead, owner, NOW)
        other = make_plan(3)

    with pytest.raises(RuleBroken, match="Efter mässan pågår"), writing():
        start(other, lead, owner, NOW)


def test_a_plan_of_tips_may_walk_beside_one_of_service(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        say_yes_to_tips(lead)
        start(make_plan(2), lead, owner, NOW)
        run = start(make_plan(2, message_class=MessageClass.MARKETING), lead, owner, NOW)

    assert run.is_running


def test_start_refuses_tips_to_who_has_not_said_yes(app: Flask, owner: User) -> None:
    with writing():
        lead, plan = make_lead(), make_plan(2, message_class=MessageClass.MARKETING)

    with pytest.raises(RuleBroken, match="inte sagt ja till tips"), writing():
        start(plan, lead, owner, NOW)


def test_start_refuses_who_has_no_address(app: Flask, owner: User) -> None:
    with writing():
        lead, plan = make_lead(email=None), make_plan(2)

    with pytest.raises(RuleBroken, match="ingen e-postadress"), writing():
        start(plan, lead, owner, NOW)


def test_start_refuses_a_lead_that_is_lost(app: Flask, owner: User) -> None:
    with writing():
        lead, plan = make_lead(), make_plan(2)
        move_to_stage(lead, Stage.LOST, owner, NOW, lost_reason=lost_reasons()[0])

    with pytest.raises(RuleBroken, match="förlorad"), writing():
        start(plan, lead, owner, NOW)


def test_a_plan_for_won_leads_is_for_them_alone(app: Flask, owner: User) -> None:
    with writing():
        won, open_one = make_lead(), make_lead("Bo Ek", "bo@example.se")
        move_to_stage(won, Stage.WON, owner, NOW)
        after_sale, usual = make_plan(2, trigger="won"), make_plan(2)
        started = start_many(after_sale, [won, open_one], owner, NOW)
        refused = start_many(usual, [won], owner, NOW)

    assert [run.lead for run in started.runs] == [won]
    assert {lead_id: str(why) for lead_id, why in started.left_out.items()} == {
        open_one.id: "Planen är för affärer som är vunna."
    }
    assert [str(why) for why in refused.left_out.values()] == ["Affären är redan vunnen."]


def test_start_many_asks_as_little_for_thirty_as_for_one(
    app: Flask, owner: User, count_queries: Callable[[], int]
) -> None:
    with writing():
        plan = make_plan(2)
        leads = [make_lead(f"Kontakt {number}", None) for number in range(30)]
        count_queries()
        start_many(plan, leads[:1], owner, NOW)
        for_one = count_queries()
        start_many(plan, leads, owner, NOW)

        assert count_queries() == for_one


def test_the_database_refuses_two_runs_of_a_class_for_one_lead(app: Flask, owner: User) -> None:
    with writing():
        lead, plan = make_lead(), make_plan(2)
        run = start(plan, lead, owner, NOW)

    with pytest.raises(IntegrityError), writing() as session:
        session.add(
            PlanRun(
                plan_id=plan.id,
                version_id=run.version_id,
                lead_id=lead.id,
                message_class=MessageClass.SERVICE,
                started_at=NOW,
                waits_from=TODAY,
            )
        )


def test_start_by_event_starts_the_plans_that_wait_for_it(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=date(2027, 1, 4))
        waiting = make_plan(2, trigger="resting")
        off = make_plan(2, trigger="resting", is_on=False)
        make_plan(2, trigger="silent")
        runs = start_by_event(lead, "resting", NOW)
        again = start_by_event(lead, "resting", NOW)

    assert [(run.plan, run.started_by_id) for run in runs] == [(waiting, None)]
    assert again == []
    assert not off.is_on


def test_start_by_event_refuses_what_no_room_has_registered(app: Flask) -> None:
    with writing(), pytest.raises(ValueError, match="not registered"):
        start_by_event(make_lead(), "full_moon", NOW)
