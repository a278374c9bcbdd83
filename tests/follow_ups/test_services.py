from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.occasions import tell_of_call
from app.follow_ups.onward import End, NextStep, Onward, Rest
from app.follow_ups.queries import next_steps, open_of, without_next_step, without_next_step_count
from app.follow_ups.services import NextStepMissing, complete, complete_open, hand_on, keep_on, move, plan, reopen, skip
from app.follow_ups.suggestions import AFTER_NO_ANSWER, BY_STAGE, Suggestion
from app.leads.models import CallOutcome, EventKind
from app.leads.queries import timeline
from app.leads.services import log_call, move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

SOON, LATER, LATE = (NOW + timedelta(hours=hours) for hours in (1, 5, 30))
VISIT_LATER = NextStep(FollowUpKind.VISIT, LATE, title="Hämta")


def test_plan_falls_to_the_leads_owner(app: Flask, owner: User, staff: User) -> None:
    with writing():
        lead = add_lead(add_contact(), owner=owner)
        theirs = plan(lead, FollowUpKind.CALL, SOON, NOW, due_on=date(2026, 11, 23))
        somebody_elses = plan(lead, FollowUpKind.MAIL, LATER, NOW, owner=staff, title="Skicka foldern")

    assert (theirs.owner_id, somebody_elses.owner_id) == (owner.id, staff.id)
    assert [step.id for step in open_of(lead.id)] == [theirs.id, somebody_elses.id]
    assert lead.next_step_at == SOON


def test_plan_refuses_a_closed_lead(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.WON, owner, NOW)

    with pytest.raises(RuleBroken, match="avslutad"), writing():
        plan(lead, FollowUpKind.CALL, SOON, NOW)


def test_complete_twice_tells_once(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)

    with writing():
        complete(step, owner, LATER, VISIT_LATER)
        complete(step, owner, LATE, VISIT_LATER)

    assert (step.state, step.done_at, step.done_by_id) == (FollowUpState.DONE, LATER, owner.id)
    assert [(event.kind, event.about_id, event.at) for event in timeline(lead)] == [
        (EventKind.FOLLOW_UP, step.id, LATER)
    ]
    assert [(next_step.kind, next_step.title) for next_step in open_of(lead.id)] == [(FollowUpKind.VISIT, "Hämta")]
    assert (lead.next_step_at, lead.reached_out_at) == (LATE, LATER)


@pytest.mark.parametrize("act", [complete, lambda step, *rest: skip(step, "Fel dag", *rest)])
def test_the_last_step_is_not_settled_without_what_comes_next(
    app: Flask, owner: User, act: Callable[[FollowUp, User, datetime], None]
) -> None:
    with writing():
        step = plan(add_lead(add_contact()), FollowUpKind.CALL, SOON, NOW)

    with pytest.raises(NextStepMissing, match="härnäst"), writing():
        act(step, owner, LATER)

    db.session.expire_all()
    assert (step.state, step.lead.next_step_at, list(timeline(step.lead))) == (FollowUpState.OPEN, SOON, [])


@pytest.mark.parametrize(
    ("onward", "stage", "rests_until_on"),
    [
        (Rest(date(2027, 1, 14)), Stage.RESTING, date(2027, 1, 14)),
        (End(Stage.WON), Stage.WON, None),
    ],
)
def test_the_last_step_may_end_in_rest_or_in_a_close(
    app: Flask, owner: User, onward: Onward, stage: Stage, rests_until_on: date | None
) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)
        complete(step, owner, LATER, onward)

    assert (step.state, lead.stage, lead.rests_until_on) == (FollowUpState.DONE, stage, rests_until_on)
    assert not lead.is_adrift


def test_one_of_several_steps_is_settled_alone(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        first, other = (plan(lead, FollowUpKind.CALL, at, NOW) for at in (SOON, LATER))
        complete(first, owner, NOW)

    assert list(open_of(lead.id)) == [other]


def test_only_what_reaches_out_counts_as_reaching_out(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        complete(plan(lead, FollowUpKind.OTHER, SOON, NOW), owner, LATER, VISIT_LATER)

    assert lead.reached_out_at is None


def test_skip_keeps_the_reason(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.VISIT, SOON, NOW)

    with writing():
        skip(step, "Hon är bortrest", owner, LATER, VISIT_LATER)

    assert (step.state, step.reason) == (FollowUpState.SKIPPED, "Hon är bortrest")
    assert [event.text for event in timeline(lead)] == ["Hon är bortrest"]


@pytest.mark.parametrize("reason", [None, ""])
def test_skip_refuses_to_be_without_a_reason(app: Flask, owner: User, reason: str | None) -> None:
    with writing():
        step = plan(add_lead(add_contact()), FollowUpKind.CALL, SOON, NOW)

    with pytest.raises(RuleBroken, match="varför"), writing():
        skip(step, reason, owner, LATER, VISIT_LATER)


def test_reopen_owes_it_again_and_not_what_was_planned_with_the_same_tap(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        log_call(lead, CallOutcome.VOICEMAIL, None, owner, NOW)
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)
        complete(step, owner, LATER, VISIT_LATER)
        meant = plan(lead, FollowUpKind.MAIL, LATE, NOW)

    with writing():
        reopen(step)

    db.session.expire_all()
    assert (step.state, step.done_at, step.done_by_id, step.reason) == (FollowUpState.OPEN, None, None, None)
    assert list(open_of(lead.id)) == [step, meant]
    assert (lead.next_step_at, lead.reached_out_at) == (SOON, NOW)


def test_reopen_keeps_what_was_planned_with_the_same_tap_and_moved_since(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)
        complete(step, owner, LATER, VISIT_LATER)
    with writing():
        [visit] = open_of(lead.id)
        move(visit, LATE + timedelta(days=1), LATE, actor=owner)

    with writing():
        reopen(step)

    assert list(open_of(lead.id)) == [step, visit]


def test_reopen_refuses_when_the_lead_is_closed(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)
        move_to_stage(lead, Stage.WON, owner, NOW)

    with pytest.raises(RuleBroken, match="avslutad"), writing():
        reopen(step)


def test_move_makes_another_step_the_next(app: Flask) -> None:
    with writing():
        lead = add_lead(add_contact())
        first = plan(lead, FollowUpKind.CALL, SOON, NOW)
        plan(lead, FollowUpKind.MAIL, LATER, NOW)

    with writing():
        move(first, LATE, SOON, date(2026, 11, 24))

    assert (first.due_at, first.due_on, first.planned_at) == (LATE, date(2026, 11, 24), SOON)
    assert lead.next_step_at == LATER


def test_move_refuses_what_is_settled(app: Flask, owner: User) -> None:
    with writing():
        step = plan(add_lead(add_contact()), FollowUpKind.CALL, SOON, NOW)
        complete(step, owner, LATER, VISIT_LATER)

    with pytest.raises(RuleBroken, match="redan avslutat"), writing():
        move(step, LATE, NOW)


def test_a_move_is_told_with_its_day_or_moment_and_makes_a_suggestion_ones_own(app: Flask, owner: User) -> None:
    with writing():
        step = plan(add_lead(add_contact()), FollowUpKind.CALL, SOON, NOW, is_suggested=True)

    with writing():
        move(step, LATE, SOON, date(2026, 11, 24), owner)
        move(step, LATER, LATER, None, owner)
        move(step, LATER, LATE, None, owner)

    moves = [event for event in timeline(step.lead) if event.kind is EventKind.MOVED]
    assert [(event.until, event.actor_id, event.at) for event in moves] == [
        (LATER, owner.id, LATER),
        (date(2026, 11, 24), owner.id, SOON),
    ]
    assert not step.is_suggested


def test_a_step_is_handed_on_alone_and_told_once(app: Flask, owner: User, staff: User) -> None:
    with writing():
        lead = add_lead(add_contact(), owner=owner)
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)
        hand_on(step, staff, owner, LATER)
        hand_on(step, staff, owner, LATER)

    assert (step.owner_id, lead.owner_id) == (staff.id, owner.id)
    assert [(event.kind, event.about_id, event.text) for event in timeline(lead)] == [
        (EventKind.HANDED_ON, step.id, "Sixten Alm")
    ]


def test_a_step_is_not_handed_to_somebody_who_is_shut_out(app: Flask, owner: User, staff: User) -> None:
    with writing():
        step = plan(add_lead(add_contact()), FollowUpKind.CALL, SOON, NOW)
        staff.is_active = False

    with pytest.raises(RuleBroken, match="avstängd"), writing():
        hand_on(step, staff, owner, LATER)


def test_complete_open_settles_one_kind_without_a_line_of_its_own(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        answer = plan(lead, FollowUpKind.ANSWER, SOON, NOW)
        call = plan(lead, FollowUpKind.CALL, LATER, NOW)

    with writing():
        settled = complete_open(lead, FollowUpKind.ANSWER, owner, LATER)

    assert settled == 1
    assert (answer.state, call.state, lead.next_step_at) == (FollowUpState.DONE, FollowUpState.OPEN, LATER)
    assert list(timeline(lead)) == []


def test_next_steps_gives_each_lead_its_earliest_open_one(app: Flask, owner: User) -> None:
    with writing():
        contact = add_contact()
        one, two, none = (add_lead(contact) for _ in range(3))
        plan(one, FollowUpKind.CALL, LATER, NOW)
        earliest = plan(one, FollowUpKind.MAIL, SOON, NOW)
        only = plan(two, FollowUpKind.CALL, LATE, NOW)
        complete(plan(none, FollowUpKind.CALL, SOON, NOW), owner, NOW, End(Stage.WON))

    assert next_steps([one.id, two.id, none.id]) == {one.id: earliest, two.id: only}


def test_without_next_step_leaves_out_planned_resting_and_closed_leads(app: Flask, owner: User) -> None:
    with writing():
        contact = add_contact()
        adrift, dayless, planned, resting, won = (add_lead(contact) for _ in range(5))
        dayless.stage = Stage.RESTING
        plan(planned, FollowUpKind.CALL, SOON, NOW)
        move_to_stage(resting, Stage.RESTING, owner, NOW, rests_until_on=date(2027, 1, 14))
        move_to_stage(won, Stage.WON, owner, NOW)

    assert list(without_next_step()) == [adrift, dayless]
    assert without_next_step_count() == 2


@pytest.mark.parametrize("stage", [Stage.CONTACTED, Stage.TRIAL, Stage.DECISION])
def test_a_move_along_the_walk_plans_what_usually_follows(app: Flask, owner: User, stage: Stage) -> None:
    with writing():
        lead = add_lead(add_contact(), owner=owner)
        move_to_stage(lead, stage, owner, NOW)

    [step] = open_of(lead.id)
    day = BY_STAGE[stage].day(date(2026, 11, 23))
    assert (step.kind, step.due_on, step.owner_id, step.is_suggested) == (BY_STAGE[stage].kind, day, owner.id, True)
    assert lead.next_step_at == step.due_at


def test_a_move_leaves_what_somebody_has_planned(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        mine = plan(lead, FollowUpKind.VISIT, LATE, NOW)
        move_to_stage(lead, Stage.TRIAL, owner, NOW)

    assert list(open_of(lead.id)) == [mine]


def test_what_was_suggested_gives_way_to_what_somebody_plans(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        keep_on(lead, NOW)

    with writing():
        mine = plan(lead, FollowUpKind.VISIT, LATE + timedelta(days=30), NOW)

    assert list(open_of(lead.id)) == [mine]
    assert lead.next_step_at == mine.due_at


def test_keep_on_plans_nothing_where_something_is_owed_or_all_is_over(app: Flask, owner: User) -> None:
    with writing():
        contact = add_contact()
        planned, resting, won = (add_lead(contact) for _ in range(3))
        plan(planned, FollowUpKind.CALL, SOON, NOW)
        move_to_stage(resting, Stage.RESTING, owner, NOW, rests_until_on=date(2027, 1, 14))
        move_to_stage(won, Stage.WON, owner, NOW)
        before = db.session.query(FollowUp).count()

        assert [keep_on(lead, NOW) for lead in (planned, resting, won)] == [None, None, None]
        assert db.session.query(FollowUp).count() == before


def test_a_rest_clears_what_was_planned_but_not_an_answer_that_is_owed(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        answer, call = (plan(lead, kind, LATER, NOW) for kind in (FollowUpKind.ANSWER, FollowUpKind.CALL))
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=date(2027, 1, 14))

    assert (answer.state, call.state) == (FollowUpState.OPEN, FollowUpState.SKIPPED)


@pytest.mark.parametrize(
    ("outcome", "suggestion"),
    [
        (CallOutcome.ANSWERED, BY_STAGE[Stage.CONTACTED]),
        (CallOutcome.NO_ANSWER, AFTER_NO_ANSWER),
        (CallOutcome.VOICEMAIL, AFTER_NO_ANSWER),
    ],
)
def test_a_call_does_what_was_due_and_plans_what_usually_follows(
    app: Flask, owner: User, outcome: CallOutcome, suggestion: Suggestion
) -> None:
    with writing():
        lead = add_lead(add_contact())
        due = plan(lead, FollowUpKind.CALL, SOON, NOW)
        tell_of_call(lead, outcome, None, LATER, owner, NOW)

    [step] = open_of(lead.id)
    assert due.state is FollowUpState.DONE
    assert (step.kind, step.due_on) == (suggestion.kind, suggestion.day(date(2026, 11, 23)))


STEPS = st.lists(
    st.tuples(st.sampled_from(["plan", "complete", "skip", "reopen", "move"]), st.integers(0, 50)), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_leads_next_step_is_always_the_earliest_open_one(
    app: Flask, owner: User, steps: list[tuple[str, int]]
) -> None:
    with writing() as session:
        lead = add_lead(add_contact())
        planned: list[FollowUp] = []
        for action, number in steps:
            at = NOW + timedelta(hours=number)
            if action == "plan" or not planned:
                planned.append(plan(lead, FollowUpKind.CALL, at, NOW))
                session.flush()
                continue
            step = planned[number % len(planned)]
            match action:
                case "complete" | "skip" if step.state is FollowUpState.OPEN and len(open_of(lead.id)) == 1:
                    planned.append(plan(lead, FollowUpKind.MAIL, at, NOW))
                case "complete":
                    complete(step, owner, LATE)
                case "skip":
                    skip(step, "Fel dag", owner, LATE)
                case "reopen":
                    reopen(step)
                case "move" if step.state is FollowUpState.OPEN:
                    move(step, at, NOW)

        still_open = [step.due_at for step in planned if step.state is FollowUpState.OPEN]
        assert lead.next_step_at == min(still_open, default=None)
