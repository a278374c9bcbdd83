from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.mail.models import MessageClass
from app.mail.templates import ensure_templates
from app.plans.editing import Change, Facts, add_plan, change_plan, ensure_plans, remove, switch_off, switch_on
from app.plans.models import DraftState, Plan, RunState, StepAction
from app.plans.queries import newest_version, plans
from app.plans.services import advance, start, stop
from tests.conftest import NOW
from tests.plans.cast import MORNING, drafts_in, letter, make_lead, make_plan, task

FACTS = Facts("Höra av oss", "")


def test_a_plan_needs_a_step(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="minst ett steg"), writing():
        add_plan(FACTS, MessageClass.SERVICE, [], None, NOW)


def test_a_plan_has_no_more_steps_than_a_page_can_show(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="högst 12"), writing():
        add_plan(FACTS, MessageClass.SERVICE, [task(1)] * 13, None, NOW)


def test_a_plan_for_won_leads_makes_no_tasks(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="inga uppgifter"), writing():
        add_plan(Facts("Efter köpet", "", trigger="won"), MessageClass.SERVICE, [task(1)], None, NOW)


def test_other_steps_are_a_new_version_and_the_old_one_stays(app: Flask, owner: User) -> None:
    with writing():
        plan = make_plan(2)
        first = newest_version(plan.id)
        steps = [letter(3), task(1)]
        change = change_plan(plan, FACTS, steps, owner, NOW)

    second = newest_version(plan.id)
    assert change == Change(is_new_version=True)
    assert (second.number, second.made_by_id, [step.wait for step in second.steps]) == (2, owner.id, [3, 1])
    assert (first.number, [step.wait for step in first.steps]) == (1, [2])


def test_the_same_steps_under_another_name_are_no_new_version(app: Flask, owner: User) -> None:
    with writing():
        plan = make_plan(2)
        change = change_plan(plan, Facts("Nytt namn", "New name", sends_by_itself=True), [letter(2)], owner, NOW)

    assert (change, newest_version(plan.id).number) == (Change(is_new_version=False), 1)
    assert (plan.name_sv, plan.name_en, plan.sends_by_itself) == ("Nytt namn", "New name", True)


def test_runs_under_way_keep_their_steps_unless_they_are_moved(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2, 4), make_lead(), owner, NOW)
        kept = change_plan(run.plan, FACTS, [letter(5), letter(1)], owner, NOW)

    assert (kept.kept, run.version.number, run.next_at) == (1, 1, MORNING)

    with writing():
        moved = change_plan(run.plan, FACTS, [letter(6), letter(1)], owner, NOW, moves_runs=True)

    assert (moved.moved, run.version.number, run.next_at) == (1, 3, MORNING + timedelta(days=4))


def test_a_run_that_is_moved_past_the_last_step_is_finished(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(0, 4, sends_by_itself=True), make_lead(), owner, NOW)
        advance(run, NOW)
        change_plan(run.plan, FACTS, [letter(0)], owner, NOW + timedelta(days=5), moves_runs=True)
        advance(run, NOW + timedelta(days=5))

    assert run.state is RunState.FINISHED


def test_a_letter_that_waits_is_left_alone_when_its_run_is_moved(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2, 4), make_lead(), owner, NOW)
        advance(run, MORNING)
        change_plan(run.plan, FACTS, [task(0)], owner, NOW, moves_runs=True)

    assert (run.is_running, run.next_at, [draft.state for draft in drafts_in(run)]) == (
        True,
        None,
        [DraftState.WAITING],
    )


def test_a_trigger_that_no_room_tells_of_yet_is_kept(app: Flask, owner: User) -> None:
    with writing():
        plan = make_plan(2, trigger="first_frost")
        change_plan(plan, FACTS, [letter(2)], owner, NOW)

    assert plan.trigger == "first_frost"

    with writing():
        change_plan(plan, Facts("Höra av oss", "", trigger="silent"), [letter(2)], owner, NOW)
        change_plan(plan, FACTS, [letter(2)], owner, NOW)

    assert plan.trigger is None


def test_switching_on_again_keeps_since_when(app: Flask) -> None:
    with writing():
        plan = make_plan(2)
        switch_on(plan, NOW + timedelta(days=1))

    assert plan.switched_on_at == NOW

    with writing():
        switch_off(plan)

    assert not plan.is_on


def test_remove_takes_a_plan_that_nobody_has_walked(app: Flask, owner: User) -> None:
    with writing():
        unused, used = make_plan(2), make_plan(2)
        stop(start(used, make_lead(), owner, NOW), owner, NOW)

    with writing():
        remove(unused)
    with pytest.raises(RuleBroken, match="har använts"), writing():
        remove(used)

    assert list(plans()) == [used]


def test_the_houses_own_plans_come_once_switched_off_and_are_the_owners_from_then_on(app: Flask, owner: User) -> None:
    with writing():
        ensure_templates(NOW)
        ensure_plans(NOW)
    own = {plan.key: plan for plan in plans()}
    with writing():
        change_plan(own["won_thirty_days"], Facts("Vår egen", "", "won", 10), [letter(1)], owner, NOW)
        ensure_plans(NOW)

    assert len(plans()) == len(own) == 6
    assert [plan.key for plan in plans() if plan.is_on] == []
    assert {plan.key: plan.message_class for plan in plans()}["resting_check_in"] is MessageClass.MARKETING
    assert (own["won_thirty_days"].name_sv, newest_version(own["won_thirty_days"].id).number) == ("Vår egen", 2)
    with pytest.raises(RuleBroken, match="kom med Ledtråd"), writing():
        remove(db.session.get_one(Plan, own["after_trial"].id))


def test_each_of_the_houses_plans_begins_with_a_letter(app: Flask) -> None:
    with writing():
        ensure_templates(NOW)
        ensure_plans(NOW)

    first = {plan.key: newest_version(plan.id).steps[0].action for plan in plans()}
    assert set(first.values()) == {StepAction.LETTER}
