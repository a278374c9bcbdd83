from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.contacts.matching import known_by, match
from app.contacts.models import (
    Contact,
    ContactTerm,
    DuplicateReason,
    PossibleDuplicate,
    ReachBy,
    Subject,
    SubjectKind,
)
from app.contacts.search_terms import terms_of
from app.core.db import db
from app.core.mail_addresses import address_key
from app.core.phones import to_e164
from app.core.rows import plain, store, table_of
from app.core.statements import Statement
from app.core.turns import take_turns
from app.core.words import fold, sort_key

_INSERT_TERM = Statement(sa.insert(table_of(ContactTerm)))
_SUBJECTS = sa.select(Subject).where(
    Subject.contact_id == sa.bindparam("contact_id"), Subject.kind == sa.bindparam("kind", type_=Subject.kind.type)
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote, or whom somebody tells us about. Make it with `person` before the write begins: parsing takes time."""

    name: str
    email: str | None
    email_key: str | None
    phone: str | None
    phone_e164: str | None
    reach_by: ReachBy
    language: str


def person(
    name: str, email: str | None = None, phone: str | None = None, reach_by: ReachBy = ReachBy.ANY, language: str = "sv"
) -> Person:
    """A person with an address (already normalised) and a number as typed, kept so where it cannot be parsed."""
    return Person(name, email or None, address_key(email), phone or None, to_e164(phone), reach_by, language)


def find_or_add_contact(who: Person, now: datetime) -> Contact:
    """The contact that the person is, or a new one; where there is doubt a new one, and a question for the reseller.

    A known contact keeps the details we have, and gains those we lacked. What was typed stands on the enquiry.
    """
    contact, is_new = known_or_new_contact(who, now)
    if not is_new:
        learn(contact, who)
    return contact


def known_or_new_contact(who: Person, now: datetime) -> tuple[Contact, bool]:
    """The contact, and whether it is new, so that nothing of it needs to be looked for.

    A known one is left as it is until `learn`: who changes a lead locks that first, and then its contact.
    """
    take_turns(*(key for key in (who.email_key, who.phone_e164) if key))
    found = match(who.name, known_by(who.email_key, who.phone_e164))
    if found.contact_id is not None:
        return db.session.get_one(Contact, found.contact_id), False
    contact = add_contact(who, now)
    if found.reason is not None:
        _ask_whether_same(contact, found.doubts, found.reason, now)
    return contact, True


def learn(contact: Contact, who: Person) -> None:
    """Keep of a known contact's details those we lacked, and how they want to be reached now."""
    learnt_email = who.email and not contact.email
    learnt_phone = who.phone and not contact.phone
    if learnt_email:
        contact.email, contact.email_key = who.email, who.email_key
    if learnt_phone:
        contact.phone, contact.phone_e164 = who.phone, who.phone_e164
    if who.reach_by is not ReachBy.ANY:
        contact.reach_by = who.reach_by
    contact.language = who.language
    if learnt_email or learnt_phone:
        renew_terms(contact)


def add_contact(who: Person, now: datetime) -> Contact:
    """A new contact, also where others share their address or number: whoever asks for one has looked at those."""
    contact = store_contact(who, now)
    _write_terms(contact, [])
    return contact


def store_contact(who: Person, now: datetime) -> Contact:
    """A new contact of whom only the row is written: nobody finds it by a search before `renew_terms`."""
    return store(
        plain(
            Contact,
            name=who.name,
            name_key=sort_key(who.name),
            email=who.email,
            email_key=who.email_key,
            phone=who.phone,
            phone_e164=who.phone_e164,
            reach_by=who.reach_by,
            language=who.language,
            created_at=now,
            active_at=now,
        )
    )


def _ask_whether_same(contact: Contact, others: tuple[int, ...], reason: DuplicateReason, now: datetime) -> None:
    for other in others:
        store(plain(PossibleDuplicate, contact_id=contact.id, other_id=other, reason=reason, found_at=now))


def find_or_add_subject(contact: Contact, kind: SubjectKind, name: str | None) -> Subject:
    """Who the matter is about: the same kind and the same name, folded, are the same subject. Found by its name."""
    return subject_called(contact, kind, name) or add_subject(contact, kind, name)


def subject_called(contact: Contact, kind: SubjectKind, name: str | None) -> Subject | None:
    """The contact's subject of that kind and that name, where there is one."""
    name = None if kind is SubjectKind.SELF else (name or None)
    for subject in db.session.scalars(_SUBJECTS, {"contact_id": contact.id, "kind": kind}):
        if fold(subject.name or "") == fold(name or ""):
            return subject
    return None


def add_subject(contact: Contact, kind: SubjectKind, name: str | None) -> Subject:
    """A subject that the contact does not have yet."""
    name = None if kind is SubjectKind.SELF else (name or None)
    subject = store(plain(Subject, contact=contact, kind=kind, name=name))
    if name:
        renew_terms(contact)
    return subject


def renew_terms(contact: Contact) -> None:
    """Write anew by which words the contact is found. Call it after its name, address, number or subjects change.

    By its new words it is to be compared with the others again.
    """
    if contact.compared_at is not None:
        contact.compared_at = None
    write_terms_anew(contact)


def write_terms_anew(contact: Contact) -> None:
    """Let the contact be found by the words it has now."""
    db.session.flush()
    db.session.execute(sa.delete(ContactTerm).where(ContactTerm.contact_id == contact.id))
    _write_terms(contact, _subject_names(contact.id))


def _write_terms(contact: Contact, subject_names: list[str]) -> None:
    terms = terms_of(contact.name, contact.email, contact.phone, contact.phone_e164, subject_names)
    _INSERT_TERM.run_each({"term": term, "contact_id": contact.id} for term in terms)


def _subject_names(contact_id: int) -> list[str]:
    names = db.session.scalars(
        sa.select(Subject.name).where(Subject.contact_id == contact_id, Subject.name.is_not(None))
    )
    return [name for name in names if name]
