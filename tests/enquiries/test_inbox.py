from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.models import Answer, Enquiry, EnquiryState
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.models import Lead
from app.leads.stages import Stage
from app.mail.models import Message
from tests.enquiries.letters import recorded, sent
from tests.leads.page import read, rows, typed
from tests.signed_in import SignedIn

SPAM = "Buy cheap https://a.example https://b.example https://c.example https://d.example https://e.example"


def send(
    name: str = "Siv Lund", message: str = "Hur lånar man?", hours_ago: int = 1, email: str = "siv@example.se"
) -> Enquiry:
    """What a visitor sends, some hours ago."""
    return recorded(sent(message, name, email), now() - timedelta(hours=hours_ago))


@pytest.fixture
def enquiry(app: Flask) -> Enquiry:
    return send()


def test_what_waits_longest_stands_first_with_its_time_left(app: Flask, owner_client: SignedIn) -> None:
    send("Siv Lund", hours_ago=1)
    send("Bo Ek", hours_ago=24 * 20, email="bo@example.se")

    page = owner_client.get("/enquiries/").text

    assert rows(page) == ["Bo Ek", "Siv Lund"]
    words = read(page)
    assert words.count("Försenat:") == 1
    assert words.count("Svara senast") == 1
    assert "Hur lånar man?" in words


def test_the_list_asks_as_much_for_thirty_rows_as_for_one(
    enquiry: Enquiry, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    def cost() -> int:
        db.session.remove()
        count_queries()
        owner_client.get("/enquiries/")
        return count_queries()

    cost()
    one = cost()
    for number in range(8):
        send(f"Person {number}", email=f"p{number}@example.se")

    assert cost() <= one


def test_an_answer_settles_the_enquiry_and_is_on_its_way(enquiry: Enquiry, owner: User, owner_client: SignedIn) -> None:
    lead_id = enquiry.lead_id

    answer = owner_client.post(f"/leads/{lead_id}/answer", data={"answer": "Så här lånar man."})

    assert answer.location == f"/leads/{lead_id}#next-step"
    db.session.expire_all()
    written = db.session.scalars(db.select(Answer)).one()
    assert (written.text, written.author_id, written.lead_id) == ("Så här lånar man.", owner.id, lead_id)
    assert enquiry.state is EnquiryState.ANSWERED
    assert db.session.get_one(Lead, lead_id).stage is Stage.CONTACTED
    assert "answer_notice" in db.session.scalars(db.select(Message.kind)).all()
    assert rows(owner_client.get("/enquiries/").text) == []
    assert rows(owner_client.get("/enquiries/?show=answered").text) == ["Siv Lund"]
    words = read(owner_client.get(f"/leads/{lead_id}").text, "timeline")
    assert "Så här lånar man." in words
    assert "Inte öppnad än" in words


def test_a_row_of_today_asks_for_the_form_alone(enquiry: Enquiry, owner_client: SignedIn) -> None:
    address = f"/leads/{enquiry.lead_id}/answer"

    row, page = owner_client.get(address, headers={"HX-Request": "true"}).text, owner_client.get(address).text

    assert "<html" not in row
    assert enquiry.message in row
    assert f'action="{address}?back=today"' in row
    assert f'action="{address}"' in page
    assert 'id="compose-answer" checked' in page


@pytest.mark.parametrize("is_by_script", [True, False])
def test_an_answer_from_today_stays_there(enquiry: Enquiry, owner_client: SignedIn, is_by_script: bool) -> None:
    address = f"/leads/{enquiry.lead_id}/answer?back=today"

    answer = owner_client.post(
        address, data={"answer": "Så här lånar man."}, headers={"X-Sent-By": "script"} if is_by_script else {}
    )

    db.session.expire_all()
    assert enquiry.state is EnquiryState.ANSWERED
    if is_by_script:
        words = read(answer.text, f"answered-{enquiry.lead_id}")
        assert "Svaret är skickat · Siv Lund" in words
        assert "Nästa steg:" in words
    else:
        assert (answer.status_code, answer.location) == (303, "/today/")


def test_a_refused_answer_comes_back_with_every_word(enquiry: Enquiry, owner_client: SignedIn) -> None:
    long = "Svar " * 2100

    page = owner_client.post(f"/leads/{enquiry.lead_id}/answer", data={"answer": long})

    assert page.status_code == 422
    assert typed(page.text, "answer-text") == long.strip()


def test_an_empty_answer_says_so_beside_its_field(enquiry: Enquiry, owner_client: SignedIn) -> None:
    page = owner_client.post(f"/leads/{enquiry.lead_id}/answer", data={"answer": "  "})

    assert page.status_code == 422
    assert "Skriv ett svar först." in read(page.text, "compose")


def test_a_rule_that_refuses_an_answer_keeps_every_word(enquiry: Enquiry, owner_client: SignedIn) -> None:
    with writing() as session:
        lead = session.get_one(Lead, enquiry.lead_id)
        lead.contact.email = lead.contact.email_key = None
        session.get_one(Enquiry, enquiry.id).email = None

    page = owner_client.post(f"/leads/{enquiry.lead_id}/answer", data={"answer": "Så här lånar man."})

    assert page.status_code == 409
    assert "Det finns ingen e-postadress att svara till." in read(page.text, "compose")
    assert typed(page.text, "answer-text") == "Så här lånar man."


def test_one_click_lets_an_enquiry_out_of_quarantine(app: Flask, owner_client: SignedIn) -> None:
    enquiry = send(message=SPAM)
    shown = read(owner_client.get("/enquiries/?show=quarantine").text)

    owner_client.post(f"/enquiries/{enquiry.id}/release")

    assert "många länkar" in shown
    db.session.expire_all()
    assert (enquiry.state, enquiry.lead_id is not None) == (EnquiryState.OPEN, True)
    assert "Karantänen är tom." in read(owner_client.get("/enquiries/?show=quarantine").text)


def test_spam_goes_to_quarantine_and_can_be_taken_back(enquiry: Enquiry, owner_client: SignedIn) -> None:
    owner_client.post(f"/enquiries/{enquiry.id}/spam")
    db.session.expire_all()
    hidden = enquiry.state
    page = owner_client.get("/enquiries/").text
    owner_client.post(f"/enquiries/{enquiry.id}/release")

    assert hidden is EnquiryState.QUARANTINED
    assert f'action="/enquiries/{enquiry.id}/release"' in page
    db.session.expire_all()
    assert enquiry.state is EnquiryState.OPEN


def test_an_enquiry_is_closed_without_an_answer(enquiry: Enquiry, owner_client: SignedIn) -> None:
    owner_client.post(f"/enquiries/{enquiry.id}/close")

    db.session.expire_all()
    assert enquiry.state is EnquiryState.CLOSED
    assert [(step.kind, step.is_suggested) for step in open_of(enquiry.lead_id or 0)] == [(FollowUpKind.CALL, True)]
    assert rows(owner_client.get("/enquiries/?show=closed").text) == ["Siv Lund"]


def test_what_was_done_already_says_so(enquiry: Enquiry, owner_client: SignedIn) -> None:
    owner_client.post(f"/enquiries/{enquiry.id}/close")

    page = owner_client.post(f"/enquiries/{enquiry.id}/close")

    assert page.status_code == 409
    assert "inte öppen längre" in read(page.text)


def test_what_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    assert owner_client.get("/enquiries/?show=nonsense").status_code == 404
    assert [owner_client.post(f"/enquiries/4711/{what}").status_code for what in ("release", "spam", "close")] == [
        404
    ] * 3
    assert owner_client.post("/leads/4711/answer", data={"answer": "Hej"}).status_code == 404
