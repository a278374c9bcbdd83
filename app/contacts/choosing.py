"""Choosing one contact among all, by a search that works without script."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.contacts.adding import alike
from app.contacts.models import Contact
from app.contacts.search import matching
from app.contacts.services import Person
from app.core.db import at_most, db
from app.core.forms import clean_text, is_storable

MOST_FOUND = 12
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """What was searched for, and who can be chosen."""

    words: str
    contacts: Sequence[Contact]


def contacts_to_choose(who: Person, typed: str, but_id: int) -> Choices:
    """Some who are found by what was typed; where nothing was, those who are most like the person. All but one."""
    words = (clean_text(typed[:LONGEST_WORDS]) or "").strip() if is_storable(typed) else ""
    found = _found(words, but_id) if words else alike(who)
    return Choices(words, [contact for contact in found if contact.id != but_id])


def _found(words: str, but_id: int) -> Sequence[Contact]:
    """The latest active first."""
    found = matching(words, Contact.id)
    if found is None:
        return []
    query = sa.select(Contact).where(found, Contact.id != but_id)
    latest_first = query.order_by(Contact.active_at.desc(), Contact.id.desc()).limit(at_most(MOST_FOUND))
    return db.session.scalars(latest_first).all()
