"""What plans send, in full, and what keeps it from being sent at the last moment."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.consents import record_consent, withdraw_consent
from app.contacts.models import Consent, ConsentPurpose
from app.core.db import db, writing
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.kinds import kind_of
from app.mail.letters import write_letter
from app.mail.models import Message, MessageClass, MessageState
from app.mail.placeholders import recipient_of
from app.mail.unsubscribing import read_said_no, unsubscribe, unsubscribe_address
from app.mail.wording import Words
from app.plans.drafts import approve, edit
from app.plans.models import DraftState, PlanDraft, PlanRun, StopReason
from app.plans.services import advance, start
from tests.conftest import NOW
from tests.mail.texts import expect_stored, read
from tests.plans.cast import drafts_in, letter, mails_to, make_lead, make_plan, say_yes_to_tips

EXPECTED = Path(__file__).parent / "expected"


def approved(owner: User, message_class: MessageClass = MessageClass.SERVICE, language: str = "sv") -> Message:
    """A letter that somebody has approved and that waits to leave."""
    template = {MessageClass.SERVICE: "after_consultation", MessageClass.MARKETING: "resting_check_in"}[message_class]
    with writing():
        lead = make_lead(owner=owner)
        lead.contact.language = language
        say_yes_to_tips(lead)
        plan = make_plan(steps=[letter(0, template), letter(4, template)], message_class=message_class)
        run = start(plan, lead, owner, NOW)
        advance(run, NOW)
        approve(drafts_in(run)[0], owner, NOW)
    (message,) = mails_to(lead)
    return message


def run_of(message: Message) -> PlanRun:
    return db.session.get_one(PlanDraft, message.context["draft"]).run


def why_not(message: Message) -> str | None:
    return kind_of(message.kind).why_not(message)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("message_class", [MessageClass.SERVICE, MessageClass.MARKETING])
def test_a_plans_letter_says_what_its_template_says(
    app: Flask, owner: User, message_class: MessageClass, language: str
) -> None:
    message = approved(owner, message_class, language)

    expect_stored(read(message), EXPECTED, f"{message.kind}.{language}")


def test_an_edited_letter_goes_as_it_was_edited(app: Flask, owner: User) -> None:
    with writing():
        run = start(make_plan(0), make_lead(), owner, NOW)
        advance(run, NOW)
        (draft,) = drafts_in(run)
        edit(draft, Words("Hej igen", "Kära {{förnamn}}!\n\nHur gick det?"))
        approve(draft, owner, NOW)

    text = kind_of("plan_letter").compose(mails_to(run.lead)[0])

    assert (text.subject, text.paragraphs) == ("Hej igen", ("Kära Siv!", "Hur gick det?"))


def test_a_letter_is_wanted_until_its_run_is_stopped(app: Flask, owner: User) -> None:
    message = approved(owner)

    assert why_not(message) is None

    with writing():
        move_to_stage(run_of(message).lead, Stage.TRIAL, owner, NOW)

    assert (message.state, why_not(message)) == (MessageState.CANCELLED, "plan_stopped")


def test_a_letter_is_not_wanted_from_a_run_that_began_while_its_consent_was_taken_back(app: Flask, owner: User) -> None:
    message = approved(owner)

    with writing():
        contact_id = run_of(message).lead.contact_id
        record_consent(run_of(message).lead.contact, ConsentPurpose.ANSWER, "answer-1", "sv", "LT-222222", NOW)
        taken_back = db.update(Consent).where(Consent.contact_id == contact_id, Consent.purpose == "answer")
        db.session.execute(taken_back.values(withdrawn_at=NOW))

    assert why_not(message) == "consent taken back"


def test_a_letter_is_not_wanted_when_its_lead_is_gone(app: Flask, owner: User) -> None:
    message = approved(owner)

    with writing() as session:
        session.delete(run_of(message).lead)
    db.session.expire_all()

    assert (message.lead_id, why_not(message)) == (None, "gone")


def test_a_letter_is_not_wanted_when_something_in_it_is_missing_by_now(app: Flask, owner: User) -> None:
    message = approved(owner)

    with writing():
        run_of(message).lead.contact.name = "www.example.com"

    assert why_not(message) == "missing: förnamn"


def test_a_letter_is_written_for_whom_it_was_planned(app: Flask, owner: User) -> None:
    message = approved(owner)

    assert recipient_of(message).lead_id == run_of(message).lead_id
    assert b"siv@example.se" in write_letter(message).content


def test_who_unsubscribes_is_out_of_the_plan_and_of_what_it_had_planned(app: Flask, owner: User) -> None:
    message = approved(owner, MessageClass.MARKETING)
    token = unsubscribe_address(message).rpartition("/")[2].partition("?")[0]

    with writing():
        unsubscribe(read_said_no(token, NOW), NOW + timedelta(hours=1))

    run = run_of(message)
    assert (run.stop_reason, run.ended_at) == (StopReason.UNSUBSCRIBED, NOW + timedelta(hours=1))
    assert message.state not in (MessageState.PENDING, MessageState.SENT)


@pytest.mark.parametrize(
    ("purpose", "message_class", "is_stopped"),
    [
        (ConsentPurpose.TIPS, MessageClass.MARKETING, True),
        (ConsentPurpose.TIPS, MessageClass.SERVICE, False),
        (ConsentPurpose.ANSWER, MessageClass.SERVICE, True),
        (ConsentPurpose.CHECK_INS, MessageClass.SERVICE, False),
    ],
)
def test_a_consent_taken_back_stops_what_rests_on_it(
    app: Flask, owner: User, purpose: ConsentPurpose, message_class: MessageClass, is_stopped: bool
) -> None:
    message = approved(owner, message_class)
    contact = run_of(message).lead.contact
    if purpose is not ConsentPurpose.TIPS:
        with writing():
            say_yes_to_tips(run_of(message).lead)
            db.session.execute(db.update(Consent).values(purpose=purpose))

    with writing():
        assert withdraw_consent([contact], purpose, owner, NOW)

    assert run_of(message).stop_reason is (StopReason.CONSENT_WITHDRAWN if is_stopped else None)
    assert (message.state is MessageState.CANCELLED) == is_stopped


def test_a_letter_of_a_lead_that_rests_meanwhile_is_called_off(app: Flask, owner: User) -> None:
    message = approved(owner)

    with writing():
        move_to_stage(run_of(message).lead, Stage.RESTING, owner, NOW, rests_until_on=date(2027, 1, 4))

    draft = db.session.get_one(PlanDraft, message.context["draft"])
    assert (draft.state, message.state) == (DraftState.APPROVED, MessageState.CANCELLED)
