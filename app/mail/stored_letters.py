"""What a message says or said, for people to read: the words kept when it was sent, else as it would be written now."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.mail.letters import write_letter
from app.mail.models import Message, MessageEvent
from app.mail.transports import file_name

SHOWN_HEADERS = {
    "From": _l("Från"),
    "To": _l("Till"),
    "Reply-To": _l("Svar går till"),
    "Subject": _l("Ämne"),
    "Calendar": _l("Kalender"),
    "Message-ID": _l("Nummer"),
}
CALENDAR_WORDS = {
    "REQUEST": _l("Mötet läggs in i mottagarens kalender"),
    "CANCEL": _l("Mötet tas bort ur mottagarens kalender"),
}
"""What an invitation does that went with the mail, by its METHOD (RFC 5546)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail as a person reads it."""

    headers: tuple[tuple[Any, Any], ...]
    """What each header is called on screen, and what it says."""
    text: str
    is_stored: bool
    """The very words that were sent; otherwise how it would be written at this moment."""


def stored_file(message: Message) -> Path | None:
    """The .eml file of a message that went to the folder; None where there is none."""
    path = Path(current_app.instance_path) / "mail" / file_name(message.message_id)
    return path if path.is_file() else None


def read_letter(message: Message) -> Reading | None:
    """What the message says. None when its text cannot be made any more, since what it was about is gone."""
    if not message.address:
        return None
    sent = db.session.scalar(
        sa.select(MessageEvent.words)
        .where(MessageEvent.message_id == message.id, MessageEvent.words.is_not(None))
        .order_by(MessageEvent.id.desc())
        .limit(1)
    )
    if sent is not None:
        return _reading(message, sent, is_stored=True)
    try:
        return _reading(message, write_letter(message).words, is_stored=False)
    except Exception:  # whatever a room's text stumbles over, the rest of the page is there to tell about it
        log.exception("message %s cannot be shown", message.id)
        return None


def _reading(message: Message, words: str, *, is_stored: bool) -> Reading:
    head, _gap, text = words.partition("\n\n")
    said: dict[str, Any] = dict(line.split(": ", 1) for line in head.splitlines())
    said |= {"To": message.address, "Message-ID": message.message_id}
    if method := said.get("Calendar"):
        said["Calendar"] = CALENDAR_WORDS.get(method, method)
    headers = tuple((label, said[name]) for name, label in SHOWN_HEADERS.items() if name in said)
    return Reading(headers, _unwrapped(text), is_stored)


def _unwrapped(text: str) -> str:
    """The text with each paragraph on one line, so that a page breaks it where its own lines end."""
    said, dashes, signature = text.partition("\n\n-- \n")
    paragraphs = (part if "://" in part else part.replace("\n", " ") for part in said.split("\n\n"))
    return "\n\n".join(paragraphs) + dashes + signature
