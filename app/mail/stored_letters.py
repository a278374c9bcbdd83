"""What a message says or said, for people to read: its stored file, else composed as it would be now."""

import logging
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.mail.letters import write_letter
from app.mail.models import Message
from app.mail.transports import file_name

SHOWN_HEADERS = {
    "From": _l("Från"),
    "To": _l("Till"),
    "Reply-To": _l("Svar går till"),
    "Subject": _l("Ämne"),
    "Message-ID": _l("Nummer"),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail as a person reads it."""

    headers: tuple[tuple[Any, str], ...]
    """What each header is called on screen, and what it says."""
    text: str
    is_stored: bool
    """The very mail that was sent; otherwise how it would be written at this moment."""


def stored_file(message: Message) -> Path | None:
    """The .eml file of a message that went to the folder; None where there is none."""
    path = Path(current_app.instance_path) / "mail" / file_name(message.message_id)
    return path if path.is_file() else None


def read_letter(message: Message) -> Reading | None:
    """What the message says. None when its text cannot be made any more, since what it was about is gone."""
    path = stored_file(message)
    if path is not None:
        return _reading(path.read_bytes(), is_stored=True)
    try:
        return _reading(write_letter(message).content, is_stored=False)
    except Exception:  # whatever a room's text stumbles over, the rest of the page is there to tell about it
        log.exception("message %s cannot be shown", message.id)
        return None


def _reading(content: bytes, *, is_stored: bool) -> Reading:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101  (the policy makes it one; for the type checker)
    body = mail.get_body(("plain",))
    headers = tuple((words, str(mail[name])) for name, words in SHOWN_HEADERS.items() if mail[name])
    return Reading(headers, _unwrapped(body.get_content()) if body is not None else "", is_stored)


def _unwrapped(text: str) -> str:
    """The text with each paragraph on one line, so that a page breaks it where its own lines end."""
    said, dashes, signature = text.replace("\r\n", "\n").partition("\n-- \n")
    paragraphs = (part if "://" in part else part.replace("\n", " ") for part in said.split("\n\n"))
    return "\n\n".join(paragraphs) + dashes + signature
