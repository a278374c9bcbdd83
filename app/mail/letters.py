"""From a message's text to a mail: plain and HTML from the same words, and what is kept of it for people to read."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Template

from app.core.keys import current_keys
from app.core.links import without_tokens
from app.mail.addresses import sender_address, wire_address
from app.mail.kinds import MailText, kind_of
from app.mail.mime import mailbox, many_part_mail
from app.mail.models import Message, MessageClass
from app.mail.unsubscribing import unsubscribe_address
from app.settings.models import Business
from app.settings.queries import the_business

LINE_LENGTH = 72
LONGEST_TEXT = 100_000
"""In characters. A text longer than that is a mistake, and taking it apart would keep a sender from all others."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to go: envelope and content. The same message gives the same Message-ID and Date every time."""

    sender: str
    recipient: str
    message_id: str
    content: bytes
    words: str
    """What people may read of it later: who wrote and the subject, a line each, an empty line, and the plain text.

    A private link opens the visitor's own page for whoever holds it, so it is cut out: neither staff who read what was
    sent nor a copy of the database open it.
    """


def write_letter(message: Message) -> Letter:
    """Compose the message in its own language."""
    with force_locale(message.language):
        text, business = _composed(message), the_business()
        people = _people(business)
        unsubscribe = unsubscribe_address(message) if message.message_class is MessageClass.MARKETING else ""
        plain = _plain(text, business, unsubscribe)
        content = many_part_mail(
            [*_headers(message, text, people), *_unsubscribe_headers(unsubscribe)],
            plain,
            _html(message, text, business, unsubscribe),
            f"=_{message.message_id.strip('<').partition('@')[0]}",
            text.invitation,
        )
        words = without_tokens(_said(people, text, plain), _("[länken]"))
    return Letter(people.sender, message.address, message.message_id, content, words)


def _composed(message: Message) -> MailText:
    text = kind_of(message.kind).compose(message)
    if sum(map(len, (*text.paragraphs, *text.closing))) > LONGEST_TEXT:
        raise ValueError("the text of a mail is too long")
    return text


@dataclass(frozen=True, slots=True)
class _People:
    """Whom a mail comes from, and who gets the answers (empty: the same)."""

    name: str
    sender: str
    reply_to: str


def _people(business: Business) -> _People:
    return _People(_one_line(business.name) or "Ledtråd", sender_address(), wire_address(business.email))


def _said(people: _People, text: MailText, plain: str) -> str:
    """The mail as people read it: a line for each header that speaks to them, an empty one, and the text."""
    head = [f"From: {people.name} <{people.sender}>"]
    if people.reply_to:
        head.append(f"Reply-To: {people.reply_to}")
    head.append(f"Subject: {_one_line(text.subject)}")
    if text.invitation is not None:
        head.append(f"Calendar: {text.invitation.method}")
    return "\n".join(head) + f"\n\n{plain}"


def _headers(message: Message, text: MailText, people: _People) -> Iterator[tuple[str, str]]:
    yield "Message-ID", message.message_id
    yield "Date", format_datetime(message.created_at)
    yield "From", mailbox(people.name, people.sender)
    yield "To", message.address
    if people.reply_to:
        yield "Reply-To", people.reply_to
    yield "Subject", _one_line(text.subject)
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: out-of-office programs leave it unanswered
    if message.lead_id is not None:
        thread = _thread_id(message.lead_id, people.sender)
        yield "In-Reply-To", thread
        yield "References", thread


def _unsubscribe_headers(address: str) -> Iterator[tuple[str, str]]:
    """The mail program's own button (RFC 2369), and that one press of it is enough, which is for https (RFC 8058)."""
    if address:
        yield "List-Unsubscribe", f"<{address}>"
    if address.startswith("https://"):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _thread_id(lead_id: int, sender: str) -> str:
    """One id for all mails of a lead, so that mail programs show one thread. Keyed: it tells no number of leads."""
    return f"<{current_keys().keyed_hash('thread', str(lead_id))}.thread@{sender.rpartition('@')[2]}>"


def _plain(text: MailText, business: Business, unsubscribe: str) -> str:
    return _template("mail/mail.txt").render(text=text, business=business, unsubscribe=unsubscribe, wrap=_wrap)


def _html(message: Message, text: MailText, business: Business, unsubscribe: str) -> str:
    return _template("mail/mail.html").render(
        text=text, business=business, unsubscribe=unsubscribe, language=message.language
    )


def _template(name: str) -> Template:
    """A template as it is: what every page gets handed (menu, counts) has no business in a mail."""
    return current_app.jinja_env.get_template(name)


def _wrap(paragraph: str) -> str:
    """Lines of mail length; a line break that was typed stays."""
    return "\n".join(
        textwrap.fill(line, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        for line in paragraph.splitlines()
    )
