"""The way out of tips: headers and foot of the mail, the page behind them, and what follows."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.core.db import db, writing
from app.leads.models import EventKind, Lead, LeadEvent
from app.mail.addresses import suppression_key
from app.mail.letters import write_letter
from app.mail.models import Message, MessageState, SuppressionScope
from app.mail.outbox import claim, pass_point_of_no_return
from app.mail.suppressions import is_stopped
from app.mail.unsubscribing import LIVES, SaidNo, read_said_no, unsubscribe, unsubscribe_address
from tests.conftest import NOW
from tests.contacts.consents import consented
from tests.enquiries.letters import words
from tests.leads.cast import add_contact, add_lead

EXPECTED = Path(__file__).parent / "expected"
Plan = Callable[..., Message]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _lead(email: str = "anna@example.com") -> Lead:
    with writing():
        lead = add_lead(add_contact(email=email))
    consented(lead.contact)
    return lead


def _path(message: Message) -> str:
    return unsubscribe_address(message).removeprefix("https://ledtrad.example.se")


def _is_stopped(address: str = "anna@example.com") -> list[str]:
    db.session.rollback()
    return [scope for scope in SuppressionScope if is_stopped(address, scope)]


def _steady(text: str) -> str:
    return re.sub(r"/unsubscribe/[\w.-]+", "/unsubscribe/TOKEN", text.replace("\r\n", "\n"))


@pytest.mark.parametrize(("language", "way_out"), [("sv", "Skicka inga fler tips"), ("en", "No more tips, please")])
def test_the_whole_mail_with_its_way_out(plan: Plan, language: str, way_out: str) -> None:
    message = plan(42, kind="test_marketing")
    message.language = language

    mail = message_from_bytes(write_letter(message).content, policy=default)

    assert isinstance(mail, EmailMessage)
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    assert _steady(plain.get_content()) == (EXPECTED / f"test_marketing.{language}.txt").read_text()
    assert f'<a href="{unsubscribe_address(message)}">{way_out}</a></p>' in html.get_content()
    assert mail["List-Unsubscribe"] == f"<{unsubscribe_address(message)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_press_is_promised_only_over_https(app: Flask, plan: Plan) -> None:
    app.config["PUBLIC_URL"] = "http://127.0.0.1:8000"
    message = plan(kind="test_marketing")

    mail = message_from_bytes(write_letter(message).content, policy=default)

    assert mail["List-Unsubscribe"] == f"<{unsubscribe_address(message)}>"
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("kind", ["test_service", "test_internal"])
def test_other_mails_have_no_way_out(plan: Plan, kind: str) -> None:
    content = write_letter(plan(kind=kind)).content.decode()

    assert "nsubscribe" not in content
    assert "tips" not in content


def test_the_link_tells_no_address_and_is_the_same_each_time(plan: Plan) -> None:
    message = plan(kind="test_marketing")

    assert unsubscribe_address(message) == unsubscribe_address(message)
    assert "anna" not in unsubscribe_address(message)
    assert read_said_no(_path(message).split("/")[2].partition("?")[0], NOW) == SaidNo(
        suppression_key("anna@example.com"), "anna@example.com", None
    )


def test_opening_the_link_changes_nothing(client: FlaskClient, plan: Plan) -> None:
    message = plan(kind="test_marketing")

    for answer in (client.get(_path(message)), client.head(_path(message))):
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    page = client.get(_path(message))

    assert "Vill du inte ha fler tips från oss med e-post?" in words(page)
    assert page.text.count("<button") == 1
    assert page.headers["Cache-Control"] == "no-store"
    assert _is_stopped() == []


@pytest.mark.parametrize("data", [ONE_CLICK, {}], ids=["a mail program", "our button"])
def test_a_post_without_cookie_or_token_says_no_at_once(client: FlaskClient, plan: Plan, data: dict[str, str]) -> None:
    message = plan(kind="test_marketing")
    headers = {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}

    answer = client.post(_path(message), data=data, headers=headers)

    assert answer.status_code == 200  # no redirect, which a mail program would not follow
    assert "Vi skickar inga fler tips till din e-postadress." in words(answer)
    assert "Set-Cookie" not in answer.headers
    assert _is_stopped() == ["marketing"]
    assert db.session.get_one(Message, message.id).state == MessageState.SUPPRESSED


def test_the_second_time_says_that_it_is_done(client: FlaskClient, plan: Plan) -> None:
    message = plan(kind="test_marketing")
    client.post(_path(message))

    again, page = client.post(_path(message)), client.get(_path(message))

    for answer in (again, page):
        assert "Klart. Vi skickar inga fler tips" in words(answer)
        assert "<button" not in answer.text


def test_the_page_speaks_english_to_who_reads_it(client: FlaskClient, plan: Plan) -> None:
    message = plan(kind="test_marketing")
    message.language = "en"

    page = client.get(_path(message))

    assert '<html lang="en"' in page.text
    assert "No more tips, please" in words(page)


def test_it_works_when_the_mail_is_gone_and_ten_years_have_passed(app: Flask, plan: Plan) -> None:
    lead = _lead()
    message = plan(kind="test_marketing", lead_id=lead.id)
    token = _path(message).split("/")[2].partition("?")[0]
    with writing() as session:
        session.execute(delete(Message))

    said_no = read_said_no(token, NOW + LIVES)
    with writing():
        unsubscribe(said_no, NOW)

    assert said_no == SaidNo(suppression_key("anna@example.com"))
    assert _is_stopped() == ["marketing"]
    assert _told(lead) == ["tips"]


def _told(lead: Lead) -> list[str | None]:
    lines = select(LeadEvent.text).filter_by(lead_id=lead.id, kind=EventKind.CONSENT_WITHDRAWN)
    return list(db.session.scalars(lines))


@pytest.mark.parametrize("token", ["abc", "WzEsMl0.abc", "a" * 900])
def test_what_is_not_ours_is_no_page(client: FlaskClient, token: str) -> None:
    assert (client.get(f"/unsubscribe/{token}").status_code, client.post(f"/unsubscribe/{token}").status_code) == (
        404,
        404,
    )


def test_a_link_of_a_mail_whose_number_was_given_to_another_stops_its_own_mailbox(app: Flask, plan: Plan) -> None:
    message = plan(kind="test_marketing")
    token = _path(message).split("/")[2].partition("?")[0]
    with writing() as session:
        session.get_one(Message, message.id).address = "bo@example.com"

    assert read_said_no(token, NOW) == SaidNo(suppression_key("anna@example.com"))


def test_everybody_with_the_mailbox_takes_their_yes_back_and_open_leads_say_so(app: Flask, plan: Plan) -> None:
    leads = [_lead(), _lead("anna@example.com"), _lead("bo@example.com")]
    message = plan(kind="test_marketing", lead_id=leads[0].id)

    with writing():
        unsubscribe(read_said_no(_path(message).split("/")[2].partition("?")[0], NOW), NOW)

    assert [_told(lead) for lead in leads] == [["tips"], ["tips"], []]


def test_who_has_moved_to_another_mailbox_says_no_by_an_old_mail(app: Flask, plan: Plan) -> None:
    lead = _lead("new@example.com")
    message = plan(kind="test_marketing", lead_id=lead.id, address="old@example.com")

    with writing():
        unsubscribe(SaidNo(suppression_key(message.address), message.address, lead.id), NOW)

    assert _told(lead) == ["tips"]
    assert (_is_stopped("old@example.com"), _is_stopped("new@example.com")) == (["marketing"], [])


def test_what_waits_and_offers_nothing_goes_all_the_same(plan: Plan) -> None:
    tips, reminder, other = (
        plan(1, kind="test_marketing"),
        plan(2),
        plan(3, kind="test_marketing", address="bo@example.com"),
    )

    with writing():
        unsubscribe(SaidNo(suppression_key(tips.address), tips.address), NOW)

    assert [message.state for message in (tips, reminder, other)] == ["suppressed", "pending", "pending"]


def test_what_a_sender_holds_already_stops_before_its_final_dot(plan: Plan) -> None:
    message = plan(kind="test_marketing")
    with writing():
        [held] = claim(NOW, 10, timedelta(minutes=2))
    with writing():
        unsubscribe(SaidNo(suppression_key(message.address), message.address), NOW)

    with writing():
        has_passed = pass_point_of_no_return(held, "", NOW, timedelta(seconds=30))

    assert not has_passed
    assert db.session.get_one(Message, message.id).state == MessageState.SUPPRESSED
