"""What a template leaves open, `{{förnamn}}`, told to this room by the rooms that know the values.

None of them gives health words, names of conditions, article titles, or anything that a visitor wrote freely: a mail is
no place for them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from app.core.filters import phone
from app.core.words import composed
from app.mail.models import Message
from app.settings.queries import the_business

_KEY = "ledtrad.placeholders"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom words are written to: the matter, the mailbox, the language; and the moment that the words speak from."""

    lead_id: int | None
    address: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One thing that is filled in when a mail is written.

    `value` reads and changes nothing, in the recipient's language; None when there is nothing to fill in.
    """

    name_sv: str
    name_en: str
    meaning: Any
    """What it stands for, in words (lazily translated)."""
    example: Any
    """What stands there when no lead is chosen."""
    value: Callable[[Recipient], str | None]

    def name_in(self, language: str) -> str:
        """What it is called in that language. Either name works in both."""
        return self.name_en if language == "en" else self.name_sv


def recipient_of(message: Message) -> Recipient:
    """Whom a planned mail is written to; the same on every attempt."""
    return Recipient(message.lead_id, message.address, message.language, message.created_at)


def register(app: Flask, placeholders: Iterable[Placeholder]) -> None:
    """Make placeholders known. A name is registered once."""
    known: dict[str, Placeholder] = app.extensions.setdefault(_KEY, {})
    for placeholder in placeholders:
        names = dict.fromkeys((key_of(placeholder.name_sv), key_of(placeholder.name_en)), placeholder)
        if known.keys() & names:
            raise ValueError(f"placeholder {placeholder.name_sv} is registered twice")
        known.update(names)


def all_placeholders() -> list[Placeholder]:
    """Each once, in the order of their rooms."""
    return list(dict.fromkeys(_known().values()))


def placeholder_called(name: str) -> Placeholder | None:
    """The one of that name in either language, however it is spaced and capitalised."""
    return _known().get(key_of(name))


def nearest_name(name: str, language: str) -> str | None:
    """The known name that an unknown one was probably meant to be, in that language."""
    found = get_close_matches(key_of(name), _known(), n=1)
    return _known()[found[0]].name_in(language) if found else None


def key_of(name: str) -> str:
    """A name as it is compared."""
    return " ".join(composed(name).split()).casefold()


def _known() -> dict[str, Placeholder]:
    known: dict[str, Placeholder] = current_app.extensions.get(_KEY, {})
    return known


def _business_name(_recipient: Recipient) -> str | None:
    return the_business().name or None


def _business_phone(_recipient: Recipient) -> str | None:
    return phone(the_business().phone) or None


BUSINESS = (
    Placeholder("företaget", "company", _l("Ert namn, från inställningarna"), "Stilla & Stark", _business_name),
    Placeholder(
        "företagets telefon", "company phone", _l("Ert nummer, från inställningarna"), "070-174 06 05", _business_phone
    ),
)
"""Those of the room below, which knows of no mails."""
