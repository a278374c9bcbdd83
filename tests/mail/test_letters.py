from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import update

from app.core.db import db, writing
from app.mail.kinds import Button, Kind, LinkGroup, MailText
from app.mail.letters import write_letter
from app.mail.models import Message, MessageClass
from app.settings.models import Business
from tests.mail.conftest import always_wanted

EXPECTED = Path(__file__).parent / "expected"
Plan = Callable[..., Message]


def _mail(message: Message) -> EmailMessage:
    mail = message_from_bytes(write_letter(message).content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_plain_and_html_say_the_same(plan: Plan) -> None:
    mail = _mail(plan(42))

    assert _part(mail, "plain") == (EXPECTED / "test_service.txt").read_text()
    assert _part(mail, "html") == (EXPECTED / "test_service.html").read_text()


def _summing_up(_message: Message) -> MailText:
    address = "https://ledtrad.example.se/leads/{}"
    return MailText(
        subject="Dagens läge",
        paragraphs=("måndag 23 november",),
        groups=(
            LinkGroup("Att svara", (Button("Svara senast kl. 17.00", address.format(1)),)),
            LinkGroup("Försenat", tuple(Button(f"Ring <{n}>", address.format(n)) for n in (2, 3)), "och 4 till"),
        ),
        button=Button("Öppna Idag", "https://ledtrad.example.se/today/"),
    )


def test_links_stand_in_groups_under_their_headings(kinds: dict[str, Kind], plan: Plan) -> None:
    kinds["test_internal"] = Kind("test_internal", MessageClass.INTERNAL, _summing_up, always_wanted)

    mail = _mail(plan(kind="test_internal"))

    assert _part(mail, "plain") == (EXPECTED / "test_groups.txt").read_text()
    assert _part(mail, "html") == (EXPECTED / "test_groups.html").read_text()


def test_the_headers_say_who_to_whom_and_that_no_one_typed_it(plan: Plan) -> None:
    message = plan(42)

    headers = {name: str(value) for name, value in _mail(message).items() if name != "Content-Type"}

    assert headers == {
        "Message-ID": message.message_id,
        "Date": "Mon, 23 Nov 2026 09:00:00 +0000",
        "From": "Stilla & Stark <maj@stilla.example.se>",
        "To": "anna@example.com",
        "Reply-To": "maj@stilla.example.se",
        "Subject": "Vi har fått din förfrågan",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }


def test_a_message_is_the_same_bytes_every_time(plan: Plan) -> None:
    message = plan(42)

    assert write_letter(message) == write_letter(message)


def test_every_line_is_short_and_plain_ascii(plan: Plan) -> None:
    content = write_letter(plan(42)).content

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_all_mails_of_a_lead_are_one_thread(plan: Plan) -> None:
    messages = [plan(number) for number in range(3)]
    with db.session.no_autoflush:  # the leads themselves play no part
        for message, lead_id in zip(messages, (7, 7, 8), strict=True):
            message.lead_id = lead_id
        first, second, other = (_mail(message) for message in messages)

    assert first["References"] == first["In-Reply-To"] == second["References"] != other["References"]
    assert str(first["References"]).endswith(".thread@stilla.example.se>")
    assert first["Message-ID"] != second["Message-ID"]


def test_a_mail_without_a_lead_belongs_to_no_thread(plan: Plan) -> None:
    mail = _mail(plan())

    assert (mail["References"], mail["In-Reply-To"]) == (None, None)


def test_a_business_named_like_a_header_forges_none(plan: Plan) -> None:
    with writing() as session:
        session.execute(update(Business).values(name='Stilla\r\nBcc: x@example.com "&" <y@example.com>'))

    mail = _mail(plan())

    assert mail["Bcc"] is None
    assert [str(address.addr_spec) for address in mail["From"].addresses] == ["maj@stilla.example.se"]


def test_a_subject_that_tries_to_add_a_header_stays_one_line(app: Flask, plan: Plan, kinds: dict[str, Kind]) -> None:
    def compose(_message: Message) -> MailText:
        return MailText("Hej\r\nBcc: x@example.com", ("Text",))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)

    mail = _mail(plan())

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hej Bcc: x@example.com"


def test_markup_in_a_text_is_shown_and_not_obeyed(app: Flask, plan: Plan, kinds: dict[str, Kind]) -> None:
    def compose(_message: Message) -> MailText:
        return MailText("<b>", ("<script>&",), Button('"><i>', 'https://example.se/?a=1&b="'), ("</p><h1>",))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)

    mail = _mail(plan())
    html, plain = _part(mail, "html"), _part(mail, "plain")

    assert not {"<script>", "<i>", "<h1>", '&b="'} & set(html.split())
    assert "&lt;script&gt;&amp;" in html
    assert "<script>&\n" in plain


def test_a_text_speaks_the_language_of_its_message(app: Flask, plan: Plan, kinds: dict[str, Kind]) -> None:
    def compose(_message: Message) -> MailText:
        return MailText(_("Logga in"), (_("Kontakter"),))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)
    message = plan()
    message.language = "en"

    html = _part(_mail(message), "html")

    assert '<html lang="en">' in html


@pytest.mark.parametrize(
    ("email", "mail_from", "sender"),
    [
        ("maj@stilla.example.se", "", "maj@stilla.example.se"),
        ("maj@stilla.example.se", "post@mejl.example.se", "post@mejl.example.se"),
        ("", "", "ledtrad@ledtrad.example.se"),
        ("maj@blåbär.example.se", "", "maj@xn--blbr-noae.example.se"),
    ],
)
def test_who_it_comes_from(app: Flask, plan: Plan, email: str, mail_from: str, sender: str) -> None:
    app.config["MAIL_FROM"] = mail_from
    with writing() as session:
        session.execute(update(Business).values(email=email))

    message = plan()

    assert write_letter(message).sender == sender
    assert message.message_id.endswith(f"@{sender.partition('@')[2]}>")
    assert f"<{sender}>" in str(_mail(message)["From"])


def test_a_paragraph_is_wrapped_and_an_address_is_not(app: Flask, plan: Plan, kinds: dict[str, Kind]) -> None:
    address = "https://ledtrad.example.se/p/" + "a" * 200

    def compose(_message: Message) -> MailText:
        return MailText("Hej", ("ord " * 40,), Button("Öppna", address))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)

    plain = _part(_mail(plan()), "plain").splitlines()

    assert address in plain
    assert all(len(line) <= 72 for line in plain if not line.startswith("https://"))


def test_a_text_beyond_all_measure_is_refused(app: Flask, plan: Plan, kinds: dict[str, Kind]) -> None:
    def compose(_message: Message) -> MailText:
        return MailText("Hej", ("ord " * 20_000,), closing=("ord " * 20_000,))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)

    with pytest.raises(ValueError, match="too long"):
        write_letter(plan())
