"""What every form that a visitor sends goes through: how large it may be, and how it goes back when it must."""

from typing import Any

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.error_pages import RETRY_AFTER_SECONDS
from app.core.mail_addresses import domain_takes_mail

LARGEST_FORM = 256 * 1024
"""Bytes: four times the longest message in its wordiest encoding, so that too long a text comes back, not lost."""


def broken_words() -> str:
    """What to say of a body that is no text."""
    words: str = _("I det du skickade finns tecken som inte gick att läsa. Ta bort dem och skicka en gång till.")
    return words


def is_reachable(form: Any) -> bool:
    """Whether mail can go to the address of a valid form, as far as DNS knows; where it cannot, the field says so."""
    address = form.email_address
    if address and current_app.config["CHECK_MAIL_DOMAINS"] and not domain_takes_mail(address):
        form.email.errors = [_("Det går inte att skicka e-post till den adressen. Är det som står efter @ rätt?")]
        return False
    return True


def not_stored(what: str, page: str) -> ResponseReturnValue:
    """Give the page with what was sent back to the visitor, who may try again in a moment."""
    current_app.logger.warning("%s could not be stored; its form went back to the visitor", what)
    return page, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}
