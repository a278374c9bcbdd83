"""What was sent can be read later as it was sent, whatever has changed since."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core import links
from app.core.db import db, writing
from app.mail.delivery import Sender
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass, MessageEvent
from app.mail.outcomes import Outcome, Result
from app.mail.smtp import Smtp
from app.mail.stored_letters import read_letter
from app.settings.models import Business
from tests.conftest import NOW
from tests.mail.conftest import Clock, Told, always_wanted
from tests.mail.post_office import open_office

Plan = Callable[..., Message]


def _kept(message: Message) -> list[str | None]:
    events = select(MessageEvent.words).filter_by(message_id=message.id).order_by(MessageEvent.id)
    return list(db.session.scalars(events))


def test_a_mail_sent_by_smtp_is_read_as_it_was_sent_though_everything_has_changed(
    app: Flask, plan: Plan, clock: Clock, kinds: dict[str, Kind]
) -> None:
    message = plan(42)
    with open_office() as office:
        Sender(app, Smtp(office.server()), clock=clock).send_due()
    body = message_from_bytes(office.taken[0][1], policy=default).get_body(("plain",))
    del kinds["test_service"]
    with writing() as session:
        session.execute(update(Business).values(name="Ett annat namn", email="ny@example.se"))

    letter = read_letter(message)

    assert letter is not None
    assert body is not None
    assert letter.is_stored
    assert [said for _, said in letter.headers] == [
        "Stilla & Stark <maj@stilla.example.se>",
        "anna@example.com",
        "maj@stilla.example.se",
        "Vi har fått din förfrågan",
        message.message_id,
    ]
    assert letter.text == body.get_content().replace("\r\n", "\n")


def test_a_private_link_is_cut_out_of_what_is_kept(
    app: Flask, plan: Plan, clock: Clock, kinds: dict[str, Kind]
) -> None:
    token = links.sign("private", [7, "anna"], NOW + timedelta(days=90))

    def compose(_message: Message) -> MailText:
        address = f"https://ledtrad.example.se/p/{token}?lang=sv"
        return MailText("Hej", ("Text",), Button("Öppna din sida", address), (f"Eller {address} om du vill.",))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)
    message = plan()

    Sender(app, Told(), clock=clock).send_due()

    letter = read_letter(message)
    assert letter is not None
    assert letter.text.startswith("Text\n\nÖppna din sida: [länken]\n\nEller [länken] om du vill.\n\n-- \n")
    assert token not in str(_kept(message))


def test_the_words_are_kept_with_the_step_past_the_point_of_no_return_and_encrypted(
    app: Flask, plan: Plan, clock: Clock
) -> None:
    message = plan(42)

    Sender(app, Told(), clock=clock).send_due()

    before, claimed, sending, sent = _kept(message)
    assert (before, claimed, sent) == (None, None, None)
    assert sending is not None
    assert "Tack. Ditt ärende har nummer 42." in sending
    stored = db.session.scalars(text("SELECT words FROM message_event WHERE words IS NOT NULL")).one()
    assert b"rende" not in bytes(stored)


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.CHANNEL])
def test_nothing_is_kept_of_what_did_not_leave(app: Flask, plan: Plan, clock: Clock, outcome: Outcome) -> None:
    message = plan()

    Sender(app, Told(anna=Result(outcome, 451, "later")), clock=clock).send_due()

    assert set(_kept(message)) == {None}


def test_the_last_try_is_the_one_that_is_read(app: Flask, plan: Plan, clock: Clock) -> None:
    message, way_out = plan(), Told(anna=Result(Outcome.UNKNOWN))
    Sender(app, way_out, clock=clock).send_due()
    with writing() as session:
        session.execute(update(Business).values(name="Nytt namn"))
    way_out.results.clear()
    clock.pass_by(minutes=2)

    Sender(app, way_out, clock=clock).send_due()

    letter = read_letter(message)
    assert letter is not None
    assert letter.headers[0][1] == "Nytt namn <maj@stilla.example.se>"
