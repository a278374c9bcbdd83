"""Yes and no after the first letter: consents taken back, and those given by word of mouth."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.consent_rules import follow_giving_rules, follow_withdrawal_rules
from app.contacts.consent_texts import CURRENT
from app.contacts.models import BY_HAND, Consent, ConsentPurpose, Contact
from app.contacts.services import record_consent
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.mail_addresses import address_key
from app.core.turns import take_turns
from app.mail.addresses import suppression_key
from app.mail.unsubscribing import SaidNo

_STANDS = Consent.withdrawn_at.is_(None)


def give_tips_by_hand(contact: Contact, said: str, actor: User, now: datetime) -> None:
    """Keep a yes to tips by word of mouth; `said` is what proves it (GDPR 7.1). It lifts an older no of their mailbox.

    Refused without an address, without what was said, and where they have said yes already.
    """
    take_turns(f"consents:{contact.id}")
    if not contact.email:
        raise RuleBroken(_l("Kontakten har ingen e-postadress att skicka tips till."))
    if not said.strip():
        raise RuleBroken(_l("Skriv vad kontakten sa ja till, och när."))
    if _standing_yes(contact, ConsentPurpose.TIPS):
        raise RuleBroken(_l("Kontakten har redan sagt ja till tips."))
    version = CURRENT[ConsentPurpose.TIPS]
    record_consent(
        contact, ConsentPurpose.TIPS, version, contact.language, BY_HAND, now, address=contact.email, said=said.strip()
    )
    follow_giving_rules(contact, ConsentPurpose.TIPS, actor, now)


def withdraw_consent(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> bool:
    """Take back every yes to that purpose; from the commit on nothing is done that rests on it.

    False, and no change, when none stands. The contact is not locked: who changes a lead locks that first, and then
    its contact.
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


def _standing_yes(contact: Contact, purpose: ConsentPurpose) -> bool:
    yes = sa.exists().where(Consent.contact_id == contact.id, Consent.purpose == purpose, _STANDS)
    return db.session.scalar(sa.select(yes)) or False


def _reached_at(said_no: SaidNo) -> list[Contact]:
    """The contacts with that address who get tips. Where only its keyed hash is left, each of theirs is hashed."""
    wants_tips = sa.exists().where(Consent.contact_id == Contact.id, Consent.purpose == ConsentPurpose.TIPS, _STANDS)
    query = sa.select(Contact).where(wants_tips, Contact.email_key.is_not(None)).order_by(Contact.id)
    if said_no.address:
        return list(db.session.scalars(query.where(Contact.email_key == address_key(said_no.address))))
    reached = db.session.scalars(query.execution_options(yield_per=500))
    return [contact for contact in reached if suppression_key(contact.email_key or "") == said_no.address_hash]
