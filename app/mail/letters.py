"""From a message's text to the bytes of a mail (RFC 5322): plain and HTML from the same words."""

import textwrap
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

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
        mail = _with_headers(message, text, business)
        mail.set_content(_plain(text, business), cte="quoted-printable")
        mail.add_alternative(_html(message, text, business), subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{message.message_id.strip('<').partition('@')[0]}")
    return Letter(sender_address(), message.address, message.message_id, mail.as_bytes())


def _with_headers(message: Message, text: MailText, business: Business) -> EmailMessage:
    sender = sender_address()
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message.message_id
    mail["Date"] = format_datetime(message.created_at)
    mail["From"] = Address(" ".join(business.name.split()) or "Ledtråd", addr_spec=sender)
    mail["To"] = message.address
    if business.email:
        mail["Reply-To"] = wire_address(business.email)
    mail["Subject"] = " ".join(text.subject.split())
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office programs leave it unanswered
    if message.lead_id is not None:
        mail["In-Reply-To"] = mail["References"] = _thread_id(message.lead_id, sender)
    return mail


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
    return textwrap.fill(paragraph, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
