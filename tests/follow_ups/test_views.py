from datetime import date, time, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact, SubjectKind
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_zone
from app.follow_ups.dues import at_time, whole_day
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import open_of
from app.follow_ups.services import plan
from app.follow_ups.suggestions import AFTER_NO_ANSWER, READY
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.queries import lost_reasons, timeline
from app.leads.resting import RestPreset, rest_day
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.page import read, typed
from tests.signed_in import SignedIn

SIV = {"name": "Siv Lund", "phone": "070-174 06 21", "subject_kind": "self", "kind": "call", "when": "tomorrow"}


def today() -> date:
    return now().astimezone(local_zone()).date()


def test_quick_add_makes_contact_lead_note_and_next_step(app: Flask, owner: User, owner_client: SignedIn) -> None:
    horse = {"subject_kind": "horse", "subject_name": "Blixten", "note": "Träffades på mässan", "title": "Ring om prov"}

    answer = owner_client.post("/leads/add", data={**SIV, **horse})

    lead = db.session.scalars(db.select(Lead)).one()
    assert answer.location == f"/leads/{lead.id}"
    assert (lead.contact.name, lead.contact.phone, lead.contact.phone_e164) == (
        "Siv Lund",
        "070-174 06 21",
        "+46701740621",
    )
    assert (lead.subject.kind, lead.subject.name, lead.owner_id) == (SubjectKind.HORSE, "Blixten", owner.id)
    assert {(event.kind, event.text) for event in timeline(lead)} == {
        (EventKind.STAGE, None),
        (EventKind.NOTE, "Träffades på mässan"),
    }
    [planned] = open_of(lead.id)
    nine = at_time(today() + timedelta(days=1), time(9, 0), local_zone()).at
    assert (planned.kind, planned.title, planned.due_at, planned.owner_id) == (
        FollowUpKind.CALL,
        "Ring om prov",
        nine,
        owner.id,
    )
    assert "Siv Lund" in read(owner_client.get("/leads/?q=blixten").text)


def test_quick_add_twice_is_one_contact_and_one_lead(app: Flask, owner_client: SignedIn) -> None:
    for _ in range(2):
        owner_client.post("/leads/add", data=SIV)

    assert db.session.query(Contact).count() == 1
    assert db.session.query(Lead).count() == 1
    assert db.session.query(FollowUp).count() == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Skriv ett namn."),
        ({"phone": ""}, "Skriv ett telefonnummer eller en e-postadress."),
        ({"email": "siv@"}, "Det där är ingen e-postadress."),
        ({"when": "other"}, "Välj vilken dag."),
        ({"name": "Siv\x00"}, "Här finns tecken som inte kan sparas."),
    ],
)
def test_quick_add_refuses_and_keeps_every_word(
    app: Flask, owner_client: SignedIn, changed: dict[str, str], sentence: str
) -> None:
    page = owner_client.post("/leads/add", data={**SIV, "note": "Ringde om prov", **changed})

    assert page.status_code == 422
    assert sentence in read(page.text)
    assert typed(page.text, "note") == "Ringde om prov"
    assert db.session.query(Lead).count() == 0


@pytest.mark.parametrize(
    ("clock", "is_whole_day"),
    [("", True), ("14:30", False)],
)
def test_plan_takes_a_day_with_or_without_an_hour(
    lead: Lead, owner_client: SignedIn, clock: str, is_whole_day: bool
) -> None:
    day = date(2027, 3, 30)

    owner_client.post(
        f"/leads/{lead.id}/next-step",
        data={"kind": "visit", "title": "Hämta", "when": "other", "day": day.isoformat(), "clock": clock},
    )

    [planned] = open_of(lead.id)
    due = whole_day(day, local_zone()) if is_whole_day else at_time(day, time(14, 30), local_zone())
    assert (planned.kind, planned.title, planned.due_at, planned.due_on) == (
        FollowUpKind.VISIT,
        "Hämta",
        due.at,
        due.on,
    )


def test_a_plan_that_is_refused_keeps_every_word(lead: Lead, owner_client: SignedIn) -> None:
    page = owner_client.post(f"/leads/{lead.id}/next-step", data={"kind": "visit", "title": "Hämta", "when": "other"})

    assert page.status_code == 422
    assert "Välj vilken dag." in read(page.text, "next-step")
    assert typed(page.text, "plan-title") == "Hämta"


def test_completing_the_last_step_asks_first_what_comes_next(
    lead: Lead, step: FollowUp, owner_client: SignedIn
) -> None:
    page = owner_client.post(f"/follow-ups/{step.id}/complete")

    words = read(page.text)
    assert page.status_code == 200
    assert "Vad händer härnäst?\nKlart: Ring · Siv Lund" in words
    assert "Bestäm tid för konsultation" in words
    db.session.expire_all()
    assert step.state is FollowUpState.OPEN


@pytest.mark.parametrize(
    ("then", "planned"),
    [
        ({"then": "set_a_time"}, (FollowUpKind.CALL, "Bestäm tid för konsultation")),
        ({"then": "plan", "kind": "visit", "title": "Hämta", "when": "tomorrow"}, (FollowUpKind.VISIT, "Hämta")),
    ],
)
def test_a_step_is_completed_and_the_next_planned_in_one(
    lead: Lead, step: FollowUp, owner_client: SignedIn, then: dict[str, str], planned: tuple[FollowUpKind, str]
) -> None:
    answer = owner_client.post(f"/follow-ups/{step.id}/complete", data={**then, "back": "today"})

    db.session.expire_all()
    assert (answer.status_code, answer.location) == (303, "/today/")
    assert step.state is FollowUpState.DONE
    assert [(follow_up.kind, follow_up.title) for follow_up in open_of(lead.id)] == [planned]


def test_a_step_is_completed_into_rest(lead: Lead, step: FollowUp, owner_client: SignedIn) -> None:
    owner_client.post(f"/follow-ups/{step.id}/complete", data={"then": "rest", "rest": "quarter"})

    db.session.expire_all()
    assert (step.state, lead.stage) == (FollowUpState.DONE, Stage.RESTING)
    assert lead.rests_until_on == rest_day(RestPreset.QUARTER, today())


def test_a_step_is_completed_with_the_loss_of_its_lead(lead: Lead, step: FollowUp, owner_client: SignedIn) -> None:
    reason = lost_reasons()[0]
    address = f"/follow-ups/{step.id}/complete"

    refused = owner_client.post(address, data={"then": "lost", "lost_reason": "0"})
    owner_client.post(address, data={"then": "lost", "lost_reason": reason.id})

    assert refused.status_code == 422
    assert "Välj en anledning till att affären är förlorad." in read(refused.text)
    db.session.expire_all()
    assert (step.state, lead.stage, lead.lost_reason_id) == (FollowUpState.DONE, Stage.LOST, reason.id)


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        ({"then": "plan", "kind": "visit", "title": "Hämta", "when": "other"}, "Välj vilken dag."),
        ({"then": "rest", "rest": "other", "until": "2020-01-01"}, "Välj en dag efter i dag"),
    ],
)
def test_what_comes_next_is_asked_again_with_every_word(
    step: FollowUp, owner_client: SignedIn, then: dict[str, str], sentence: str
) -> None:
    page = owner_client.post(f"/follow-ups/{step.id}/complete", data=then)

    assert page.status_code == 422
    assert sentence in read(page.text)
    assert typed(page.text, "onward-title") == then.get("title", "")
    db.session.expire_all()
    assert step.state is FollowUpState.OPEN


def test_a_button_that_is_not_there_is_refused(step: FollowUp, owner_client: SignedIn) -> None:
    assert owner_client.post(f"/follow-ups/{step.id}/complete", data={"then": "nonsense"}).status_code == 400


def test_completing_one_of_several_goes_back_where_one_was(lead: Lead, step: FollowUp, owner_client: SignedIn) -> None:
    with writing():
        plan(lead, FollowUpKind.MAIL, NOW + timedelta(days=400), NOW)

    answer = owner_client.post(f"/follow-ups/{step.id}/complete?back=today")

    assert answer.location == "/today/"


def test_completing_can_be_undone_from_the_next_page(lead: Lead, step: FollowUp, owner_client: SignedIn) -> None:
    owner_client.post(f"/follow-ups/{step.id}/complete", data={"then": "first_call"})

    page = owner_client.get(f"/leads/{lead.id}").text
    owner_client.post(f"/follow-ups/{step.id}/reopen")

    assert f'action="/follow-ups/{step.id}/reopen"' in page
    db.session.expire_all()
    assert list(open_of(lead.id)) == [step]
    words = read(owner_client.get(f"/leads/{lead.id}").text, "timeline")
    assert words.startswith("Tidslinje\nHär samlas allt som händer")


def test_within_the_page_the_row_asks_and_then_says_what_is_planned(
    lead: Lead, step: FollowUp, owner_client: SignedIn
) -> None:
    address, htmx = f"/follow-ups/{step.id}/complete?back=today", {"HX-Request": "true"}

    asks = owner_client.post(address, headers=htmx).text
    done = owner_client.post(address, data={"then": "first_mail"}, headers=htmx).text

    for row in (asks, done):
        assert f'id="step-{step.id}"' in row
        assert "<html" not in row
    assert "Vad händer härnäst?" in read(asks, f"step-{step.id}")
    words = read(done, f"step-{step.id}")
    assert "Klart: Ring · Siv Lund" in words
    assert "Nästa steg: Mejla" in words
    assert "Ångra" in words


def test_a_resting_lead_is_not_asked_for_a_next_step(lead: Lead, owner: User, owner_client: SignedIn) -> None:
    with writing():
        move_to_stage(lead, Stage.RESTING, owner, now(), rests_until_on=today() + timedelta(days=60))
        owed = plan(lead, FollowUpKind.MAIL, now() + timedelta(minutes=1), NOW)

    answer = owner_client.post(f"/follow-ups/{owed.id}/complete")

    assert answer.location == f"/leads/{lead.id}"


def test_a_step_is_skipped_with_its_reason_and_what_comes_next(
    lead: Lead, step: FollowUp, owner_client: SignedIn
) -> None:
    asks = owner_client.post(f"/follow-ups/{step.id}/skip", data={"reason": "Hon är bortrest"})
    owner_client.post(f"/follow-ups/{step.id}/skip", data={"reason": "Hon är bortrest", "then": "first_call"})

    assert 'name="reason" value="Hon är bortrest"' in asks.text
    db.session.expire_all()
    assert (step.state, step.reason) == (FollowUpState.SKIPPED, "Hon är bortrest")
    words = read(owner_client.get(f"/leads/{lead.id}").text, "timeline")
    assert "Maj Ek hoppade över: Ring – Hon är bortrest" in words


def test_a_skip_without_a_reason_asks_for_one(step: FollowUp, owner_client: SignedIn) -> None:
    page = owner_client.post(f"/follow-ups/{step.id}/skip", data={"reason": " "})

    words = read(page.text)
    assert page.status_code == 422
    assert "Välj eller skriv varför steget hoppas över." in words
    assert "De hörde av sig själva" in words
    db.session.expire_all()
    assert step.state is FollowUpState.OPEN


def test_a_ready_task_is_planned_in_one_tap(lead: Lead, owner_client: SignedIn) -> None:
    owner_client.post(f"/leads/{lead.id}/next-step", data={"then": "set_a_time"})

    [planned] = open_of(lead.id)
    assert (planned.title, planned.due_on) == ("Bestäm tid för konsultation", READY["set_a_time"].day(today()))


def test_a_step_of_a_closed_lead_says_why_it_cannot_be_undone(
    lead: Lead, step: FollowUp, owner: User, owner_client: SignedIn
) -> None:
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)

    page = owner_client.post(f"/follow-ups/{step.id}/reopen")

    assert page.status_code == 409
    assert "Affären är avslutad. Öppna den igen" in read(page.text)


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_a_call_without_an_answer_plans_a_new_one_tomorrow(
    lead: Lead, step: FollowUp, owner_client: SignedIn, outcome: str
) -> None:
    answer = owner_client.post(f"/leads/{lead.id}/calls", data={"outcome": outcome, "summary": ""})
    page = owner_client.get(answer.location)

    db.session.expire_all()
    assert step.state is FollowUpState.DONE
    [again] = open_of(lead.id)
    assert answer.location == f"/leads/{lead.id}#next-step"
    assert (again.kind, again.due_on) == (FollowUpKind.CALL, AFTER_NO_ANSWER.day(today()))
    assert read(page.text, "next-step").startswith("Nästa steg\nRing")


def test_a_call_that_was_answered_is_told_and_does_what_was_due_today(
    lead: Lead, step: FollowUp, owner: User, owner_client: SignedIn
) -> None:
    with writing():
        later = plan(lead, FollowUpKind.CALL, now() + timedelta(days=9), NOW)

    owner_client.post(f"/leads/{lead.id}/calls", data={"outcome": "answered", "summary": "Vill låna i mars"})

    db.session.expire_all()
    assert (step.state, later.state, lead.stage) == (FollowUpState.DONE, FollowUpState.OPEN, Stage.CONTACTED)
    told = [(event.outcome, event.text) for event in timeline(lead) if event.kind is EventKind.CALL]
    assert told == [(CallOutcome.ANSWERED, "Vill låna i mars")]


def test_a_call_without_an_outcome_comes_back_with_every_word(lead: Lead, owner_client: SignedIn) -> None:
    page = owner_client.post(f"/leads/{lead.id}/calls", data={"summary": "Vill låna i mars"})

    assert page.status_code == 422
    assert typed(page.text, "call-summary") == "Vill låna i mars"
    assert "Välj hur samtalet gick." in read(page.text, "compose")
    assert 'id="compose-call" checked' in page.text


def test_what_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    answers = [
        owner_client.post("/follow-ups/4711/complete"),
        owner_client.post("/follow-ups/4711/move", data={"when": "today"}),
        owner_client.post("/leads/4711/next-step", data={"kind": "call", "when": "today"}),
        owner_client.post("/leads/4711/calls", data={"outcome": "answered"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
