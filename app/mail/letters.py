"""From a message's text to the bytes of a mail (RFC 5322): plain and HTML from the same words."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from app.core.keys import current_keys
from app.mail.addresses import sender_address, wire_address
from app.mail.kinds import MailText, kind_of
from app.mail.models import Message
from app.settings.models import Business
from app.settings.queries import the_business

LINE_LENGTH = 72
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP
POLICY = compat32.clone(linesep="\r\n")
"""The older way of the standard library: the newer one parses each header anew, which took half of a sender's time."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to go: envelope and content. The same message gives the same Message-ID and Date every time."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


def write_letter(message: Message) -> Letter:
    """Compose the message in its own language."""
    with force_locale(message.language):
        text = kind_of(message.kind).compose(message)
        business = the_business()
        parts = [
            _part(_plain(text, business), "plain"),
            _part(_html(message, text, business), "html"),
        ]
        mail = MIMEMultipart(
            "alternative", f"=_{message.message_id.strip('<').partition('@')[0]}", parts, policy=POLICY
        )
        for name, value in _headers(message, text, business):
            mail[name] = _one_line(value)  # type: ignore[assignment]  # a Header is meant to be set: it folds itself
    return Letter(sender_address(), message.address, message.message_id, mail.as_bytes())


def _headers(message: Message, text: MailText, business: Business) -> Iterator[tuple[str, str | Header]]:
    sender = sender_address()
    yield "Message-ID", message.message_id
    yield "Date", format_datetime(message.created_at)
    yield "From", formataddr((" ".join(business.name.split()) or "Ledtråd", sender), UTF8)
    yield "To", message.address
    if business.email:
        yield "Reply-To", wire_address(business.email)
    yield "Subject", _subject(" ".join(text.subject.split()))
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: out-of-office programs leave it unanswered
    if message.lead_id is not None:
        yield "In-Reply-To", _thread_id(message.lead_id, sender)
        yield "References", _thread_id(message.lead_id, sender)


def _subject(words: str) -> str | Header:
    return words if words.isascii() else Header(words, UTF8, header_name="Subject")


def _one_line(value: str | Header) -> str | Header:
    if "\r" in str(value) or "\n" in str(value):
        raise ValueError("a header is one line")
    return value


def _part(words: str, subtype: str) -> MIMEText:
    return MIMEText(words.rstrip("\n") + "\n", subtype, UTF8, policy=POLICY)  # type: ignore[arg-type]  # a Charset is meant to be passed


def _thread_id(lead_id: int, sender: str) -> str:
    """One id for all mails of a lead, so that mail programs show one thread. Keyed: it tells no number of leads."""
    return f"<{current_keys().keyed_hash('thread', str(lead_id))}.thread@{sender.rpartition('@')[2]}>"


def _plain(text: MailText, business: Business) -> str:
    return _template("mail/mail.txt").render(text=text, business=business, wrap=_wrap)


def _html(message: Message, text: MailText, business: Business) -> str:
    return _template("mail/mail.html").render(text=text, business=business, language=message.language)


def _template(name: str) -> Template:
    """A template as it is: what every page gets handed (menu, counts) has no business in a mail."""
    return current_app.jinja_env.get_template(name)


def _wrap(paragraph: str) -> str:
    """Lines of mail length; a line break that was typed stays."""
    return "\n".join(
        textwrap.fill(line, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        for line in paragraph.splitlines()
    )
