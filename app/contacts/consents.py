"""What contacts allow: a yes that came with a form or by word of mouth, and a yes taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.consent_rules import follow_giving_rules, follow_withdrawal_rules
from app.contacts.consent_texts import CURRENT
from app.contacts.models import BY_HAND, Consent, ConsentPurpose, Contact
from app.contacts.queries import says_yes
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.mail_addresses import address_key
from app.core.rows import insert
from app.core.statements import Statement
from app.core.turns import take_turns
from app.mail.addresses import suppression_key
from app.mail.suppressions import allow_marketing
from app.mail.unsubscribing import SaidNo

_STANDS = Statement(
    sa.select(Consent.id)
    .where(
        Consent.contact_id == sa.bindparam("contact_id"),
        Consent.purpose == sa.bindparam("purpose", type_=Consent.purpose.type),
        Consent.text_version == sa.bindparam("version"),
        Consent.withdrawn_at.is_(None),
    )
    .limit(1)
)


def record_consents(
    contact: Contact,
    versions: Mapping[ConsentPurpose, str | None],
    language: str,
    source: str,
    now: datetime,
    *,
    is_new: bool = False,
    address: str | None = None,
) -> None:
    """Keep the proof of each yes that came with a form; without a version there was none."""
    for purpose, version in versions.items():
        if version:
            record_consent(contact, purpose, version, language, source, now, is_new=is_new, address=address)


def record_consent(
    contact: Contact,
    purpose: ConsentPurpose,
    version: str,
    language: str,
    source: str,
    now: datetime,
    *,
    is_new: bool = False,
    address: str | None = None,
    said: str | None = None,
) -> None:
    """Keep the proof of a yes. A yes to the same words that still stands is not written twice.

    A yes to tips lifts an older no of the mailbox that it came from (`address`), and of no other.
    """
    if purpose is ConsentPurpose.TIPS and address:
        allow_marketing(address, now)
    yes = {"contact_id": contact.id, "purpose": purpose, "version": version}
    if not is_new and _STANDS.run(yes):
        return
    insert(
        Consent,
        {
            "contact_id": contact.id,
            "purpose": purpose,
            "text_version": version,
            "language": language,
            "source": source,
            "said": said,
            "given_at": now,
        },
    )


def give_tips_by_hand(contact: Contact, said: str, actor: User, now: datetime) -> None:
    """Keep a yes to tips by word of mouth; `said` is what proves it (GDPR 7.1). It lifts an older no of their mailbox.

    Refused without an address, without what was said, and where they have said yes already.
    """
    take_turns(f"consents:{contact.id}")
    if not contact.email:
        raise RuleBroken(_l("Kontakten har ingen e-postadress att skicka tips till."))
    if not said.strip():
        raise RuleBroken(_l("Skriv vad kontakten sa ja till, och när."))
    if db.session.scalar(sa.select(says_yes(contact.id, ConsentPurpose.TIPS))):
        raise RuleBroken(_l("Kontakten har redan sagt ja till tips."))
    version = CURRENT[ConsentPurpose.TIPS]
    record_consent(
        contact, ConsentPurpose.TIPS, version, contact.language, BY_HAND, now, address=contact.email, said=said.strip()
    )
    follow_giving_rules([contact], ConsentPurpose.TIPS, actor, now)


def withdraw_consent(
    contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime
) -> Sequence[Contact]:
    """Take back every yes of theirs to that purpose; from the commit on nothing is done that rests on it.

    Gives those of them who had said yes. The consents are locked before all that the rules of other rooms change, and
    the contacts are not: who changes a lead locks that first, and then its contact.
    """
    ids = [contact.id for contact in contacts]
    standing = (Consent.contact_id.in_(ids), Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    theirs = sa.select(Consent).where(*standing).order_by(Consent.id)
    taken_back = db.session.scalars(theirs.with_for_update()).all()
    for consent in taken_back:
        consent.withdrawn_at = now
    db.session.flush()
    had_said_yes = {consent.contact_id for consent in taken_back}
    withdrawn = [contact for contact in contacts if contact.id in had_said_yes]
    if withdrawn:
        follow_withdrawal_rules(withdrawn, purpose, actor, now)
    return withdrawn


def reached_at(said_no: SaidNo) -> list[Contact]:
    """The contacts with that address who get tips. Where only its keyed hash is left, each of theirs is hashed."""
    wants_tips = says_yes(Contact.id, ConsentPurpose.TIPS)
    query = sa.select(Contact).where(wants_tips, Contact.email_key.is_not(None)).order_by(Contact.id)
    if said_no.address:
        return list(db.session.scalars(query.where(Contact.email_key == address_key(said_no.address))))
    reached = db.session.scalars(query.execution_options(yield_per=500))
    return [contact for contact in reached if suppression_key(contact.email_key or "") == said_no.address_hash]
