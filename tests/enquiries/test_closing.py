from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.enquiries.closing import close_without_answer, reopen
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.services import answer
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead
from app.leads.queries import timeline
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.enquiries.letters import enquiries, recorded, sent
from tests.leads.page import read, rows, undo_in
from tests.signed_in import SignedIn

LATER = NOW + timedelta(minutes=30)
LATER_STILL = NOW + timedelta(minutes=40)


def owed(lead: Lead) -> list[tuple[FollowUpKind, datetime]]:
    """What the lead is owed, and when."""
    return [(step.kind, step.due_at) for step in open_of(lead.id)]


def told(lead: Lead) -> Sequence[EventKind]:
    """What its timeline tells, the latest first."""
    return [event.kind for event in timeline(lead)]


def test_closing_without_answer_owes_none_when_nothing_else_is_open(app: Flask, owner: User) -> None:
    first, second = recorded(), recorded(sent("Och en sak till."))

    with writing():
        close_without_answer(first, owner, LATER)
        still_owed = [step.kind for step in open_of(first.lead_id)]
        close_without_answer(second, owner, LATER)

    assert still_owed == [FollowUpKind.ANSWER]
    assert [(step.kind, step.is_suggested) for step in open_of(first.lead_id)] == [(FollowUpKind.CALL, True)]
    assert [row.state for row in enquiries()] == [EnquiryState.CLOSED] * 2
    with pytest.raises(RuleBroken, match="inte öppen"), writing():
        close_without_answer(first, owner, LATER)


def test_reopen_gives_back_the_owed_answer_and_forgets_the_line(app: Flask, owner: User) -> None:
    enquiry = recorded()
    before = owed(enquiry.lead), enquiry.lead.next_step_at, told(enquiry.lead)
    with writing():
        close_without_answer(enquiry, owner, LATER)

    with writing():
        reopen(enquiry, LATER, LATER_STILL)

    db.session.expire_all()
    assert (enquiry.state, enquiry.settled_at) == (EnquiryState.OPEN, None)
    assert (owed(enquiry.lead), enquiry.lead.next_step_at, told(enquiry.lead)) == before


def test_reopen_leaves_the_line_of_another_enquiry(app: Flask, owner: User) -> None:
    first, second = recorded(), recorded(sent("Och en sak till."))
    with writing():
        close_without_answer(first, owner, LATER)
        close_without_answer(second, owner, LATER)

    with writing():
        reopen(second, LATER, LATER_STILL)

    closed = [event.text for event in timeline(first.lead) if event.kind is EventKind.CLOSED]
    assert closed == [first.reference]
    assert [kind for kind, _ in owed(first.lead)] == [FollowUpKind.ANSWER]


def test_reopen_owes_one_answer_where_the_lead_has_asked_again(app: Flask, owner: User) -> None:
    enquiry = recorded()
    with writing():
        close_without_answer(enquiry, owner, LATER)
    recorded(sent("Och en sak till."), LATER + timedelta(minutes=1))

    with writing():
        reopen(enquiry, LATER, LATER_STILL)

    assert [kind for kind, _ in owed(enquiry.lead)] == [FollowUpKind.ANSWER]


def test_reopen_owes_an_answer_anew_where_the_rest_has_been_answered(app: Flask, owner: User) -> None:
    first, second = recorded(), recorded(sent("Och en sak till."))
    (due,) = owed(first.lead)
    with writing():
        close_without_answer(first, owner, LATER)
        answer(second.lead, "Två veckor.", owner, LATER + timedelta(minutes=1))

    with writing():
        reopen(first, LATER, LATER_STILL)

    assert owed(first.lead) == [due]
    assert second.state is EnquiryState.ANSWERED


def test_reopen_owes_nothing_to_a_lead_that_is_closed(app: Flask, owner: User) -> None:
    enquiry = recorded()
    with writing():
        close_without_answer(enquiry, owner, LATER)
        move_to_stage(enquiry.lead, Stage.WON, owner, LATER + timedelta(minutes=1))
    before = owed(enquiry.lead)

    with writing():
        reopen(enquiry, LATER, LATER_STILL)

    assert enquiry.state is EnquiryState.OPEN
    assert owed(enquiry.lead) == before


def test_reopen_is_refused_where_it_was_closed_at_another_moment(app: Flask, owner: User) -> None:
    enquiry = recorded()
    with pytest.raises(RuleBroken, match="inte avslutad"), writing():
        reopen(enquiry, LATER, LATER_STILL)
    with writing():
        close_without_answer(enquiry, owner, LATER)

    with pytest.raises(RuleBroken, match="inte avslutad"), writing():
        reopen(enquiry, NOW, LATER_STILL)
    assert enquiry.state is EnquiryState.CLOSED


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", "Ångrat. Förfrågan väntar på svar igen."), ("en", "Undone. The enquiry awaits an answer again.")],
)
def test_a_closed_enquiry_is_taken_back_from_the_toast(
    owner: User, owner_client: SignedIn, language: str, words: str
) -> None:
    enquiry = recorded(at=now() - timedelta(hours=1))
    with writing():
        owner.language = language
    owner_client.post(f"/enquiries/{enquiry.id}/close")
    page = owner_client.get("/enquiries/").text
    undo = undo_in(page)
    assert (rows(page), undo is None) == ([], False)

    back = owner_client.post(undo)
    page = owner_client.get("/enquiries/").text
    again = owner_client.post(undo)

    assert (back.status_code, back.location, again.status_code) == (303, "/enquiries/", 409)
    assert rows(page) == ["Siv Lund"]
    assert words in read(page, "toasts")


def test_a_way_back_is_only_for_its_own_enquiry(owner_client: SignedIn) -> None:
    ours, others = recorded(at=now()), recorded(sent(name="Bo Ek", email="bo@example.se"), now())
    for enquiry in (ours, others):
        owner_client.post(f"/enquiries/{enquiry.id}/close")
    undo = undo_in(owner_client.get("/enquiries/").text) or ""
    theirs = ours if f"/{others.id}/" in undo else others
    mine = others if theirs is ours else ours

    refused = owner_client.post(undo.replace(f"/{mine.id}/", f"/{theirs.id}/"))

    assert refused.status_code == 409
    assert [row.state for row in db.session.query(Enquiry)] == [EnquiryState.CLOSED] * 2
