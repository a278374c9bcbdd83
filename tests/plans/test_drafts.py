from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from app.mail.models import MessageState
from app.mail.wording import Missing, Rendered, Words
from app.plans.drafts import approve, edit, letter_of, skip
from app.plans.models import DraftState, PlanDraft, PlanRun
from app.plans.queries import drafts_count, drafts_waiting_since, waiting_drafts
from app.plans.services import advance, start, stop
from tests.conftest import NOW
from tests.plans.cast import MORNING, drafts_in, last_told, mails_to, make_lead, make_plan

NINE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def draft(app: Flask, owner: User) -> PlanDraft:
    """The first letter of a plan, waiting since the morning of its day; a second follows four days later."""
    with writing():
        run = start(make_plan(2, 4), make_lead(owner=owner), owner, NOW)
        advance(run, MORNING)
    return drafts_in(run)[0]


def where(run: PlanRun) -> tuple[int, object]:
    return run.position, run.next_at


def test_letter_of_is_filled_in_for_its_lead(draft: PlanDraft) -> None:
    letter = letter_of(draft, NINE)

    assert isinstance(letter, Rendered)
    assert (letter.subject, letter.paragraphs[0]) == ("Tack för pratstunden", "Hej Siv!")


def test_letter_of_speaks_the_contacts_language(app: Flask, owner: User) -> None:
    with writing():
        lead = make_lead()
        lead.contact.language = "en"
        run = start(make_plan(0), lead, owner, NOW)
        advance(run, NOW)

    letter = letter_of(drafts_in(run)[0], NOW)

    assert isinstance(letter, Rendered)
    assert letter.paragraphs[0] == "Hello Siv,"


def test_approve_before_its_time_lets_it_leave_then(draft: PlanDraft, owner: User) -> None:
    with writing():
        approve(draft, owner, MORNING + timedelta(hours=1))

    (message,) = mails_to(draft.run.lead)
    assert (message.address, message.due_at, message.context) == ("siv@example.se", NINE, {"draft": draft.id})
    assert (draft.state, draft.decided_at, draft.decided_by_id, draft.message_id) == (
        DraftState.APPROVED,
        MORNING + timedelta(hours=1),
        owner.id,
        message.id,
    )
    assert where(draft.run) == (2, MORNING + timedelta(days=4))


def test_approve_after_its_time_lets_it_leave_at_once_and_the_next_step_waits_from_then(
    draft: PlanDraft, owner: User
) -> None:
    two_days_later = NINE + timedelta(days=2)
    with writing():
        approve(draft, owner, two_days_later)

    assert [message.due_at for message in mails_to(draft.run.lead)] == [two_days_later]
    assert where(draft.run) == (2, MORNING + timedelta(days=6))


def test_approve_refuses_what_cannot_be_filled_in_and_says_what(draft: PlanDraft, owner: User) -> None:
    with writing():
        edit(draft, Words("Nästa gång", "Vi ses {{nästa tid}}."))

    assert letter_of(draft, NINE) == Missing(("nästa tid",))
    with pytest.raises(RuleBroken, match="saknar: nästa tid"), writing():
        approve(draft, owner, NINE)
    assert (draft.state, mails_to(draft.run.lead)) == (DraftState.WAITING, [])


def test_approve_refuses_when_the_address_is_gone(draft: PlanDraft, owner: User) -> None:
    with writing():
        draft.run.lead.contact.email = None

    with pytest.raises(RuleBroken, match="ingen e-postadress"), writing():
        approve(draft, owner, NINE)


def test_edit_changes_the_letter_this_time_only(draft: PlanDraft, owner: User) -> None:
    with writing():
        edit(draft, Words("Hej igen", "Kära {{förnamn}}, hur gick det?"))
        other = start(draft.run.plan, make_lead("Bo Ek", "bo@example.se"), owner, NOW)
        advance(other, MORNING)

    assert letter_of(draft, NINE) == Rendered("Hej igen", "Kära Siv, hur gick det?")
    untouched = letter_of(drafts_in(other)[0], NINE)
    assert isinstance(untouched, Rendered)
    assert untouched.subject == "Tack för pratstunden"


def test_the_edited_words_are_no_text_in_the_database(draft: PlanDraft) -> None:
    with writing():
        edit(draft, Words("Hemligt ämne", "Hemlig text"))

    stored = db.session.execute(db.text("SELECT subject, body FROM plan_draft")).one()
    assert b"emlig" not in bytes(stored.subject) + bytes(stored.body)


def test_skip_tells_the_timeline_and_goes_on(draft: PlanDraft, owner: User) -> None:
    with writing():
        skip(draft, owner, NINE)

    assert (draft.state, mails_to(draft.run.lead)) == (DraftState.SKIPPED, [])
    event = last_told(draft.run.lead)
    assert (event.kind, event.actor_id, event.text) == (EventKind.PLAN_SKIPPED, owner.id, "Tack för samtalet")
    assert where(draft.run) == (2, MORNING + timedelta(days=4))


def test_a_letter_is_decided_once(draft: PlanDraft, owner: User) -> None:
    with writing():
        approve(draft, owner, NINE)

    for act in (approve, skip):
        with pytest.raises(RuleBroken, match="redan godkänt"), writing():
            act(draft, owner, NINE)
    with pytest.raises(RuleBroken, match="redan godkänt"), writing():
        edit(draft, Words("Ämne", "Text"))
    assert [message.state for message in mails_to(draft.run.lead)] == [MessageState.PENDING]


def test_a_letter_of_a_plan_that_was_stopped_is_not_sent(draft: PlanDraft, owner: User) -> None:
    with writing():
        stop(draft.run, owner, NINE)

    with pytest.raises(RuleBroken, match="Planen har stoppats"), writing():
        approve(draft, owner, NINE)


def test_waiting_drafts_are_those_that_nobody_has_decided(draft: PlanDraft, owner: User) -> None:
    with writing():
        later = start(draft.run.plan, make_lead("Bo Ek", "bo@example.se"), owner, NOW)
        skipped = start(draft.run.plan, make_lead("Åsa Ek", "asa@example.se"), owner, NOW)
        advance(later, MORNING + timedelta(days=1))
        advance(skipped, MORNING)
        skip(drafts_in(skipped)[0], owner, NINE)

    assert list(waiting_drafts(10)) == [draft, drafts_in(later)[0]]
    assert drafts_count() == 2
    assert drafts_waiting_since(MORNING) == 1
    assert drafts_waiting_since(MORNING - timedelta(seconds=1)) == 0
