"""A person is erased: everything about them goes, at once and for good, but what a law lets us keep.

What other rooms hold of a person that is not deleted with them, they clear themselves: a room above this one registers
its rule in the factory, in the order in which everybody locks rows.
"""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, current_app

from app.accounts.models import User
from app.contacts.models import Consent, Contact
from app.core.db import db

ErasureRule = Callable[[Contact, User | None, datetime], None]
_KEY = "ledtrad.contact_erased"


def when_erased(app: Flask, rule: ErasureRule) -> None:
    """Call `rule(contact, actor, now)` in the write of each erasure, while the contact and their leads are there."""
    app.extensions.setdefault(_KEY, []).append(rule)


def erase(contact: Contact, actor: User | None, now: datetime) -> None:
    """Delete the contact with all that belongs to them: consents, leads, enquiries, answers, follow-ups, bookings.

    The foreign keys carry it out. Nothing can bring it back.
    """
    contact_id = contact.id
    consents = sa.select(Consent.id).where(Consent.contact_id == contact_id).order_by(Consent.id)
    db.session.execute(consents.with_for_update())  # before all that the rules change, as a withdrawal does
    for rule in current_app.extensions.get(_KEY, []):
        rule(contact, actor, now)
    db.session.flush()
    db.session.execute(sa.delete(Contact).where(Contact.id == contact_id).execution_options(synchronize_session=False))
    db.session.expire_all()
