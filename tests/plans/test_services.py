from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.queries import open_of
from app.leads.models import CallOutcome, EventKind
from app.leads.queries import lost_reasons
from app.leads.services import log_call, move_to_stage
from app.leads.stages import Stage
from app.mail.models import MessageClass, MessageState
from app.plans.drafts import approve
from app.plans.editing import switch_off
from app.plans.models import DraftState, PlanRun, RunState, StopReason
from app.plans.services import advance, skip_step, start, stop, stop_runs
from tests.conftest import NOW
from tests.leads.cast import add_lead
from tests.plans.cast import (
    MORNING,
    drafts_in,
    last_told,
    mails_to,
    make_lead,
    make_plan,
    say_yes_to_tips,
    task,
    told_of_plans,
)

NINE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def how_it_ended(run: PlanRun) -> tuple[RunState, StopReason | None, datetime | None]:
    return run.state, run.stop_reason, run.ended_at


def test_advance_does_nothing_before_its_time(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        assert not advance(run, MORNING - timedelta(seconds=1))

    assert (drafts_in(run), run.next_at) == ([], MORNING)


def test_advance_makes_a_draft_and_waits_for_somebody(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2, 4), lead, owner, NOW)
        assert advance(run, MORNING)
        assert not advance(run, MORNING + timedelta(days=30))

    assert [(draft.position, draft.state, draft.due_at) for draft in drafts_in(run)] == [(1, DraftState.WAITING, NINE)]
    assert (run.position, run.next_at, mails_to(lead)) == (1, None, [])


def test_advance_counts_again_when_the_zone_was_changed_meanwhile(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        app.config["TIME_ZONE"] = "America/New_York"
        assert advance(run, MORNING)

    assert (drafts_in(run), run.next_at) == ([], MORNING + timedelta(hours=6))


def test_a_plan_that_sends_by_itself_queues_the_letter_for_its_time(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2, 4, sends_by_itself=True), lead, owner, NOW)
        advance(run, MORNING)

    (message,) = mails_to(lead)
    assert (message.kind, message.state, message.due_at) == ("plan_letter", MessageState.PENDING, NINE)
    assert message.expires_at == NINE + timedelta(days=3)
    (draft,) = drafts_in(run)
    assert (draft.state, draft.decided_by_id, draft.message_id) == (DraftState.APPROVED, None, message.id)
    assert (run.position, run.waits_from, run.next_at) == (2, date(2026, 11, 25), MORNING + timedelta(days=4))


def test_a_letter_too_late_is_told_and_waits_for_somebody_even_where_the_plan_sends_by_itself(
    app: Flask, owner: User
) -> None:
    after_downtime = NINE + timedelta(days=3, minutes=1)
    with writing():
        lead = make_lead()
        run = start(make_plan(2, sends_by_itself=True), lead, owner, NOW)
        advance(run, after_downtime)

    (draft,) = drafts_in(run)
    assert (draft.state, draft.is_late, mails_to(lead)) == (DraftState.WAITING, True, [])
    assert (last_told(lead).kind, last_told(lead).text) == (EventKind.PLAN_LATE, "Tack för samtalet")


def test_a_letter_that_cannot_be_filled_in_waits_for_somebody(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead("www.example.com")
        run = start(make_plan(2, sends_by_itself=True), lead, owner, NOW)
        advance(run, MORNING)

    assert ([draft.state for draft in drafts_in(run)], mails_to(lead)) == ([DraftState.WAITING], [])


def test_a_task_is_due_that_day_and_the_next_step_follows(app: Flask, owner: User, staff: User) -> None:
    with writing():
        lead = make_lead(owner=owner)
        run = start(make_plan(steps=[task(2, "Ring upp"), task(1, "Ring igen", staff)]), lead, owner, NOW)
        advance(run, MORNING)
        advance(run, MORNING + timedelta(days=1))

    steps = [(step.title, step.due_on, step.owner_id) for step in open_of(lead.id)]
    assert steps == [("Ring upp", date(2026, 11, 25), owner.id), ("Ring igen", date(2026, 11, 26), staff.id)]
    assert how_it_ended(run) == (RunState.FINISHED, None, MORNING + timedelta(days=1))
    assert told_of_plans(lead) == [EventKind.PLAN_STARTED, EventKind.PLAN_FINISHED]


def test_a_run_is_finished_when_its_last_letter_has_left(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        advance(run, MORNING)
        approve(drafts_in(run)[0], owner, MORNING + timedelta(hours=1))

    assert (run.state, run.next_at) == (RunState.RUNNING, NINE)

    with writing():
        advance(run, NINE)

    assert how_it_ended(run) == (RunState.FINISHED, None, NINE)


def test_a_contact_whose_address_is_gone_stops_the_plan(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2), lead, owner, NOW)
        lead.contact.email = None
        advance(run, MORNING)

    assert how_it_ended(run) == (RunState.STOPPED, StopReason.NO_ADDRESS, MORNING)


def test_skip_step_passes_over_what_is_to_come_and_over_a_draft(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2, 4, 1), lead, owner, NOW)
        skip_step(run, owner, NOW)

    assert (run.position, run.next_at) == (2, MORNING + timedelta(days=2))

    with writing():
        advance(run, MORNING + timedelta(days=2))
        skip_step(run, owner, MORNING + timedelta(days=2))

    assert [draft.state for draft in drafts_in(run)] == [DraftState.SKIPPED]
    assert (run.position, run.next_at) == (3, MORNING + timedelta(days=3))
    assert told_of_plans(lead) == [EventKind.PLAN_STARTED, EventKind.PLAN_SKIPPED, EventKind.PLAN_SKIPPED]


def test_stop_withdraws_drafts_and_calls_off_letters_and_says_by_whom(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2, 0), lead, owner, NOW)
        advance(run, MORNING)
        approve(drafts_in(run)[0], owner, MORNING)
        advance(run, MORNING)
        stop(run, owner, MORNING)

    assert how_it_ended(run) == (RunState.STOPPED, StopReason.BY_HAND, MORNING)
    assert [draft.state for draft in drafts_in(run)] == [DraftState.APPROVED, DraftState.WITHDRAWN]
    assert [message.state for message in mails_to(lead)] == [MessageState.CANCELLED]
    assert (last_told(lead).kind, last_told(lead).actor_id) == (EventKind.PLAN_STOPPED, owner.id)


def test_a_run_that_is_over_is_neither_stopped_nor_skipped(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        stop(run, owner, NOW)

    for act in (stop, skip_step):
        with pytest.raises(RuleBroken, match="pågår inte längre"), writing():
            act(run, owner, NOW)


def test_stop_runs_leaves_other_leads_and_other_classes_alone(app: Flask, owner: User) -> None:
    with writing():
        lead, other = make_lead(), make_lead("Bo Ek", "bo@example.se")
        say_yes_to_tips(lead)
        plan, tips = make_plan(2), make_plan(2, message_class=MessageClass.MARKETING)
        service, marketing, others = (
            start(plan, lead, owner, NOW),
            start(tips, lead, owner, NOW),
            start(plan, other, owner, NOW),
        )
        stopped = stop_runs(lead, StopReason.UNSUBSCRIBED, NOW, message_class=MessageClass.MARKETING)

    assert stopped == 1
    assert [run.is_running for run in (service, marketing, others)] == [True, False, True]


def test_stop_runs_calls_off_the_last_letter_of_a_run_that_has_finished(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        run = start(make_plan(2, sends_by_itself=True), lead, owner, NOW)
        advance(run, MORNING)
        advance(run, NINE)
        stopped = stop_runs(lead, StopReason.REPLIED, NINE)

    assert (stopped, run.state) == (0, RunState.FINISHED)
    assert [message.state for message in mails_to(lead)] == [MessageState.CANCELLED]


def test_a_lead_in_another_stage_stops_its_plans(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        move_to_stage(run.lead, Stage.TRIAL, owner, NOW)

    assert run.stop_reason is StopReason.STAGE_CHANGED


def test_a_lead_that_is_lost_stops_its_plans(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        move_to_stage(run.lead, Stage.LOST, owner, NOW, lost_reason=lost_reasons()[0])

    assert run.stop_reason is StopReason.CLOSED


@pytest.mark.parametrize(
    ("outcome", "reason"), [(CallOutcome.ANSWERED, StopReason.REPLIED), (CallOutcome.VOICEMAIL, None)]
)
def test_a_call_stops_plans_once_somebody_answered(
    app: Flask, owner: User, outcome: CallOutcome, reason: StopReason | None
) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        log_call(run.lead, outcome, None, owner, NOW)

    assert run.stop_reason is reason


def test_a_lead_that_is_erased_takes_runs_and_drafts_with_it(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        other = add_lead(lead.contact)
        plan = make_plan(2)
        run, kept = start(plan, lead, owner, NOW), start(plan, other, owner, NOW)
        advance(run, MORNING)
        advance(kept, MORNING)

    with writing() as session:
        session.delete(lead)

    db.session.expire_all()
    assert db.session.scalars(db.select(PlanRun)).all() == [kept]
    assert [draft.run for draft in drafts_in(kept)] == [kept]


def test_switching_a_plan_off_lets_those_under_way_walk_on(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(2), make_lead(), owner, NOW)
        switch_off(run.plan)
        advance(run, MORNING)

    assert [draft.state for draft in drafts_in(run)] == [DraftState.WAITING]
