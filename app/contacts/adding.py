"""A contact is added by hand. Who may be the same person is shown first, and never refused."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.contacts.matching import known_by, namesakes
from app.contacts.models import Contact
from app.contacts.services import Person, add_contact
from app.contacts.telling_apart import add_told_apart
from app.core.db import db
from app.core.turns import take_turns

MOST_ALIKE = 5


def alike(who: Person) -> Sequence[Contact]:
    """Some who may be the same person: with that address or number, then those called just so."""
    sharing = [known.id for known in known_by(who.email_key, who.phone_e164)]
    ids = list(dict.fromkeys([*sharing, *namesakes(who.name, MOST_ALIKE)]))[:MOST_ALIKE]
    found = {contact.id: contact for contact in db.session.scalars(sa.select(Contact).where(Contact.id.in_(ids)))}
    return [found[contact_id] for contact_id in ids]


def add_by_hand(who: Person, now: datetime) -> Contact:
    """A new contact, told apart by hand from those who share its address or number: nobody is asked of them again."""
    take_turns(*(key for key in (who.email_key, who.phone_e164) if key))
    others = known_by(who.email_key, who.phone_e164)
    contact = add_contact(who, now)
    for other in others[:MOST_ALIKE]:
        add_told_apart(contact.id, other.id, now)
    return contact
