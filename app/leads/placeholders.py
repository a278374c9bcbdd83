"""What templates may say of a lead: whom it is with, and who answers for it."""

import re

from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.leads.models import Lead
from app.mail.placeholders import Placeholder, Recipient

_NO_NAME = re.compile(r"[/:@<>\\]|\w\w\.[^\W\d_]{2}")
"""What a link or an address is made of, or a domain such as `spel.example`, which mail programs make a link of. A name
is typed by strangers, and our mail must not carry their links."""


def _name(recipient: Recipient) -> str | None:
    lead = _lead(recipient)
    name = lead.contact.name if lead else ""
    return None if _NO_NAME.search(name) else " ".join(name.split()) or None


def _first_name(recipient: Recipient) -> str | None:
    return (_name(recipient) or "").partition(" ")[0] or None


def _owner(recipient: Recipient) -> str | None:
    lead = _lead(recipient)
    return lead.owner.name if lead and lead.owner else None


def _lead(recipient: Recipient) -> Lead | None:
    return db.session.get(Lead, recipient.lead_id) if recipient.lead_id else None


PLACEHOLDERS = (
    Placeholder("förnamn", "first name", _l("Kontaktens förnamn"), "Siv", _first_name),
    Placeholder("namn", "name", _l("Kontaktens hela namn"), "Siv Lund", _name),
    Placeholder("ansvarig", "owner", _l("Den som har hand om affären"), "Maj Ek", _owner),
)
