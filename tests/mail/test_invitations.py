"""A mail that puts a meeting into calendars, and takes it out of them."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.db import writing
from app.mail.delivery import Sender
from app.mail.kinds import Invitation, Kind, MailText
from app.mail.letters import write_letter
from app.mail.mime import many_part_mail
from app.mail.models import Message, MessageClass
from app.mail.stored_letters import read_letter
from app.settings.models import Business
from tests.mail.conftest import Clock, Told, always_wanted
from tests.mail.texts import read

Plan = Callable[..., Message]
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:{}\r\nX-WORDS:Åsa\r\n .\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def invite(plan: Plan, kinds: dict[str, Kind]) -> Callable[[str], Message]:
    """Plan a mail with an invitation of that method."""

    def of(method: str) -> Message:
        def compose(_message: Message) -> MailText:
            return MailText("Tiden är bokad", ("Text",), invitation=_invitation(method))

        kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)
        return plan()

    return of


def _invitation(method: str) -> Invitation:
    return Invitation(method, CALENDAR.format(method).encode())


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_invitation_is_the_last_form_of_the_mail(invite: Callable[[str], Message], method: str) -> None:
    mail = read(invite(method))
    calendar = list(mail.iter_parts())[-1]

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    assert dict(calendar["Content-Type"].params) == {"charset": "utf-8", "method": method}
    assert calendar.get_payload(decode=True) == CALENDAR.format(method).encode()


def test_its_bytes_are_plain_short_lines(invite: Callable[[str], Message]) -> None:
    content = write_letter(invite("REQUEST")).content

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_mail_without_one_has_two_forms(plan: Plan) -> None:
    assert [part.get_content_type() for part in read(plan(42)).iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("method", ["REQUEST\r\nX-Evil: 1", "REQUEST; a=b", "", "ÖPPNA"])
def test_a_method_that_could_add_a_header_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="one word"):
        many_part_mail([], "plain", "html", "b", Invitation(method, b""))


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("REQUEST", "Mötet läggs in i mottagarens kalender"),
        ("CANCEL", "Mötet tas bort ur mottagarens kalender"),
    ],
)
def test_what_was_sent_tells_later_that_it_spoke_to_calendars(
    app: Flask, invite: Callable[[str], Message], clock: Clock, method: str, words: str
) -> None:
    message = invite(method)
    Sender(app, Told(), clock=clock).send_due()
    with writing() as session:
        session.execute(update(Business).values(name="Ett annat namn"))

    letter = read_letter(message)

    assert letter is not None
    assert letter.is_stored
    assert {str(name): said for name, said in letter.headers}["Kalender"] == words
    assert "VCALENDAR" not in letter.text


def test_the_same_message_gives_the_same_bytes(invite: Callable[[str], Message]) -> None:
    message = invite("REQUEST")

    first, second = (message_from_bytes(write_letter(message).content, policy=default).as_bytes() for _ in range(2))

    assert first == second
