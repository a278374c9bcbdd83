import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.services import log_call, move_to_stage, tell
from app.leads.stages import Stage
from app.plans import services
from app.plans.jobs import advance_plans, start_plans
from app.plans.models import PlanDraft, PlanRun
from app.plans.queries import runs_of_lead
from app.plans.services import start, stop
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.plans.cast import MORNING, drafts_in, mails_to, make_lead, make_plan, task

FOUR_DAYS = timedelta(days=4)


def answer(lead: Lead, now: datetime = NOW) -> None:
    """We answered, as far as the lead knows."""
    tell(lead, EventKind.ANSWER, now, about_id=1)


def test_advance_plans_makes_what_is_due_and_nothing_the_second_time(app: Flask, owner: User) -> None:
    with writing():
        plan = make_plan(2, 4)
        due, later = (
            start(plan, make_lead(), owner, NOW),
            start(plan, make_lead("Bo Ek", "bo@example.se"), owner, NOW + timedelta(days=1)),
        )

    assert [advance_plans(MORNING) for _ in range(3)] == [1, 0, 0]
    assert [len(drafts_in(run)) for run in (due, later)] == [1, 0]


def test_one_step_that_fails_does_not_stop_the_others(app: Flask, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing():
        plan = make_plan(2)
        poison, fine = (start(plan, make_lead(name, f"{name}@example.se"), owner, NOW) for name in ("siv", "bo"))
    write = services.write_draft

    def fail_for_one(run: PlanRun, *more: object) -> PlanDraft:
        if run.id == poison.id:
            raise LookupError("no such template")
        return write(run, *more)

    monkeypatch.setattr(services, "write_draft", fail_for_one)

    with pytest.raises(LookupError):
        advance_plans(MORNING)

    assert [len(drafts_in(run)) for run in (poison, fine)] == [0, 1]


def test_two_schedulers_make_each_step_once(app: Flask, owner: User) -> None:
    with writing():
        plan = make_plan(steps=[task(0), task(0)], sends_by_itself=True)
        letters = make_plan(2, 4, sends_by_itself=True)
        walkers = [make_lead(f"Kontakt {number}", f"k{number}@example.se", owner=owner) for number in range(6)]
        runs = [start(letters if number % 2 else plan, lead, owner, NOW) for number, lead in enumerate(walkers)]
    keys, leads = [run.id for run in runs], [lead.id for lead in walkers]
    db.session.remove()
    gate = threading.Barrier(3)

    def tick() -> None:
        with app.app_context():
            gate.wait()
            advance_plans(MORNING)

    threads = [threading.Thread(target=tick) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = [len(drafts_in(db.session.get_one(PlanRun, key))) for key in keys]
    mails = [len(mails_to(db.session.get_one(Lead, key))) for key in leads]
    assert made == mails == [0, 1, 0, 1, 0, 1]


def test_silence_after_our_answer_starts_a_plan_once(app: Flask, owner: User) -> None:
    with writing():
        plan = make_plan(0, trigger="silent", trigger_days=4)
        lead = make_lead()
        answer(lead, NOW + timedelta(minutes=1))

    at = NOW + FOUR_DAYS
    assert [start_plans(at), start_plans(at + timedelta(minutes=1)), start_plans(at + timedelta(minutes=6))] == [
        0,
        1,
        0,
    ]
    (run,) = runs_of_lead(lead.id)
    assert (run.plan, run.started_by_id) == (plan, None)


def test_silence_after_a_new_answer_starts_it_again(app: Flask, owner: User) -> None:
    with writing():
        make_plan(0, trigger="silent", trigger_days=4)
        lead = make_lead()
        answer(lead, NOW + timedelta(minutes=1))
    start_plans(NOW + FOUR_DAYS + timedelta(hours=1))
    with writing():
        stop(runs_of_lead(lead.id)[0], owner, NOW + timedelta(days=5))

    assert start_plans(NOW + timedelta(days=5, minutes=1)) == 0

    with writing():
        answer(lead, NOW + timedelta(days=6))
    assert start_plans(NOW + timedelta(days=6) + FOUR_DAYS) == 1


def test_no_plan_starts_for_who_was_heard_from_or_is_not_answered(app: Flask, owner: User) -> None:
    with writing():
        make_plan(0, trigger="silent", trigger_days=4)
        make_lead("Obesvarad", "o@example.se")
        heard, talked, lost = (make_lead(name, f"{name}@example.se") for name in ("heard", "talked", "lost"))
        for lead in (heard, talked, lost):
            answer(lead, NOW + timedelta(minutes=1))
        tell(heard, EventKind.ENQUIRY, NOW + timedelta(days=1), about_id=1)
        log_call(talked, CallOutcome.ANSWERED, None, owner, NOW + timedelta(days=1))
        move_to_stage(lost, Stage.RESTING, owner, NOW + timedelta(days=1), rests_until_on=date(2027, 3, 1))

    assert start_plans(NOW + timedelta(days=4, hours=1)) == 0


def test_silence_before_an_hour_that_is_agreed_starts_nothing(app: Flask, owner: User) -> None:
    with writing():
        make_plan(0, trigger="silent", trigger_days=4)
        waiting, silent = (make_lead(name, f"{name}@example.se") for name in ("waiting", "silent"))
        add_consultation(waiting, add_kind(add_host(owner)), NOW + timedelta(days=9))
        for lead in (waiting, silent):
            answer(lead, NOW + timedelta(minutes=1))

    start_plans(NOW + timedelta(days=4, hours=1))

    assert [len(runs_of_lead(lead.id)) for lead in (waiting, silent)] == [0, 1]


def test_what_happened_before_the_plan_was_on_starts_nothing(app: Flask, owner: User) -> None:
    with writing():
        make_plan(0, trigger="silent", trigger_days=4, now=NOW + timedelta(days=5))
        early, late = (make_lead(name, f"{name}@example.se") for name in ("early", "late"))
        answer(early, NOW + timedelta(minutes=1))
        answer(late, NOW + timedelta(days=1, minutes=1))

    start_plans(NOW + timedelta(days=5, hours=1))

    assert [len(runs_of_lead(lead.id)) for lead in (early, late)] == [0, 1]


def test_a_matter_that_has_grown_cold_during_a_stop_starts_nothing(app: Flask) -> None:
    with writing():
        make_plan(0, trigger="silent", trigger_days=4)
        lead = make_lead()
        answer(lead, NOW + timedelta(minutes=1))

    assert start_plans(NOW + FOUR_DAYS + timedelta(days=7, minutes=2)) == 0


def test_a_won_lead_starts_its_plan_after_thirty_days(app: Flask, owner: User) -> None:
    with writing():
        make_plan(0, trigger="won", trigger_days=30)
        lead = make_lead()
        move_to_stage(lead, Stage.WON, owner, NOW)

    assert [start_plans(NOW + timedelta(days=29)), start_plans(NOW + timedelta(days=30))] == [0, 1]


def test_who_may_not_start_is_not_tried_again_each_time(app: Flask, count_queries: Callable[[], int]) -> None:
    with writing():
        make_plan(0, trigger="silent", trigger_days=4)
        for number in range(12):
            answer(make_lead(f"Kontakt {number}", None), NOW + timedelta(minutes=1))
    count_queries()

    assert start_plans(NOW + FOUR_DAYS + timedelta(hours=1)) == 0
    assert count_queries() < 12
