"""An answer goes where its writer saw that it would, and answers what they saw."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Answer, Enquiry, EnquiryState
from app.enquiries.services import Seen, answer
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.queries import lead_to_change
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent
from tests.signed_in import SignedIn

LATER = NOW + timedelta(days=1)
SIV = "siv@example.se"


def _answered(lead_id: int, author: User, seen: Seen | None) -> None:
    with writing():
        lead = lead_to_change(lead_id)
        assert lead is not None
        answer(lead, "Fyra veckor.", db.session.get_one(User, author.id), LATER, seen)


def _states() -> list[EnquiryState]:
    db.session.expire_all()
    return [enquiry.state for enquiry in db.session.query(Enquiry).order_by(Enquiry.id)]


def test_what_came_while_the_answer_was_written_is_still_to_be_answered_by_its_own_hour(
    app: Flask, owner: User
) -> None:
    first = recorded()
    second = recorded(sent("Och får hunden vara med?"), LATER)
    lead_id = first.lead_id or 0

    _answered(lead_id, owner, Seen("Siv@example.se", [first.id]))

    assert _states() == [EnquiryState.ANSWERED, EnquiryState.OPEN]
    [step] = [step for step in open_of(lead_id) if step.kind is FollowUpKind.ANSWER]
    assert step.due_at == answer_due_at(second.received_at)


def test_an_answer_to_all_that_was_seen_leaves_nothing_to_answer(app: Flask, owner: User) -> None:
    letters = [recorded(), recorded(sent("Och får hunden vara med?"), LATER)]
    lead_id = letters[0].lead_id or 0

    _answered(lead_id, owner, Seen(SIV, [letter.id for letter in letters]))

    assert set(_states()) == {EnquiryState.ANSWERED}
    assert [step for step in open_of(lead_id) if step.kind is FollowUpKind.ANSWER] == []


def test_an_answer_does_not_go_to_an_address_that_its_writer_has_not_seen(app: Flask, owner: User) -> None:
    letter = recorded()
    with writing():
        db.session.query(Contact).update({"email": "anna@example.se", "email_key": "anna@example.se"})

    with pytest.raises(RuleBroken, match=r"Svaret går till anna@example\.se nu"):
        _answered(letter.lead_id or 0, owner, Seen(SIV, [letter.id]))

    assert db.session.query(Answer).count() == 0


def test_the_page_says_so_keeps_the_words_and_the_next_try_goes(owner_client: SignedIn) -> None:
    letter = recorded()
    address = f"/leads/{letter.lead_id}"
    shown = _hidden(owner_client.get(address).text)
    assert shown == {"to": SIV, "asked": str(letter.id)}
    with writing():
        db.session.query(Contact).update({"email": "anna@example.se", "email_key": "anna@example.se"})

    refused = owner_client.post(f"{address}/answer", data={"answer": "Fyra veckor.", **shown})
    sent_again = owner_client.post(f"{address}/answer", data={"answer": "Fyra veckor.", **_hidden(refused.text)})

    assert (refused.status_code, sent_again.status_code) == (409, 303)
    assert "Svaret går till anna@example.se nu. Stämmer det?" in refused.text
    assert ">Fyra veckor.</textarea>" in refused.text
    assert [answer.email for answer in db.session.query(Answer)] == ["anna@example.se"]


def test_the_page_says_that_another_question_has_come(owner_client: SignedIn) -> None:
    letter = recorded()
    address = f"/leads/{letter.lead_id}"
    shown = _hidden(owner_client.get(address).text)
    recorded(sent("Och får hunden vara med?"), LATER)

    page = owner_client.post(f"{address}/answer", data={"answer": "Fyra veckor.", **shown}, follow_redirects=True).text

    assert "Medan du skrev kom en fråga till, som väntar på svar." in page
    assert _states() == [EnquiryState.ANSWERED, EnquiryState.OPEN]


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(to|asked)" value="([^"]*)"', page))
