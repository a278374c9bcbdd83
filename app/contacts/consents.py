"""Yes and no after the first letter: consents taken back, and those given by word of mouth."""

from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.models import Consent, ConsentPurpose, Contact
from app.contacts.withdrawals import follow_withdrawal_rules
from app.core.db import db
from app.core.mail_addresses import address_key
from app.mail.addresses import suppression_key
from app.mail.unsubscribing import SaidNo

_STANDS = Consent.withdrawn_at.is_(None)


def withdraw_consent(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> bool:
    """Take back every yes to that purpose; from the commit on nothing is done that rests on it.

    False, and no change, when none stands.
    """
    standing = sa.update(Consent).where(Consent.contact_id == contact.id, Consent.purpose == purpose, _STANDS)
    taken_back = db.session.scalars(standing.values(withdrawn_at=now).returning(Consent.id)).all()
    if taken_back:
        follow_withdrawal_rules(contact, purpose, actor, now)
    return bool(taken_back)


def stop_tips(said_no: SaidNo, now: datetime) -> None:
    """Somebody unsubscribed: everybody who is reached at that address takes their yes to tips back."""
    for contact in _reached_at(said_no):
        withdraw_consent(contact, ConsentPurpose.TIPS, None, now)


def _reached_at(said_no: SaidNo) -> list[Contact]:
    """The contacts with that address who get tips. Where only its keyed hash is left, each of theirs is hashed."""
    wants_tips = sa.exists().where(Consent.contact_id == Contact.id, Consent.purpose == ConsentPurpose.TIPS, _STANDS)
    query = sa.select(Contact).where(wants_tips, Contact.email_key.is_not(None)).order_by(Contact.id).with_for_update()
    if said_no.address:
        return list(db.session.scalars(query.where(Contact.email_key == address_key(said_no.address))))
    reached = db.session.scalars(query.execution_options(yield_per=500))
    return [contact for contact in reached if suppression_key(contact.email_key or "") == said_no.address_hash]
