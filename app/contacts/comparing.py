"""Looking for contacts who may be one person, beyond what a letter shows when it comes in (`matching.py`).

Each contact is compared once, and again when it has other words. Every look goes by an index and finds a few at most,
so that a house full of people called the same costs no more.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.contacts.matching import clearly_differ
from app.contacts.models import (
    IS_UNCOMPARED,
    Contact,
    ContactTerm,
    DuplicateReason,
    PossibleDuplicate,
    Subject,
    SubjectKind,
)
from app.contacts.search_terms import dialled
from app.core.db import db
from app.core.rows import plain, store
from app.core.words import fold, words

MOST_ALIKE = 20
"""Contacts that one contact is compared with, by each way to look."""
SHORTEST_NUMBER = 6
"""Digits that are enough to be somebody's number."""


def uncompared(limit: int) -> list[int]:
    """The keys of contacts that have not been compared with the words they have now."""
    return list(db.session.scalars(sa.select(Contact.id).where(IS_UNCOMPARED).order_by(Contact.id).limit(limit)))


def compare(contact: Contact, now: datetime) -> int:
    """Ask about everybody who may be the same person as the contact; says how many. Nobody is asked about twice."""
    alike = dict(reversed(list(_alike(contact))))
    alike.pop(contact.id, None)
    asked = _asked_about(contact.id, alike)
    contact.compared_at = now
    new = [(other_id, reason) for other_id, reason in alike.items() if other_id not in asked]
    for other_id, reason in new:
        store(plain(PossibleDuplicate, contact_id=contact.id, other_id=other_id, reason=reason, found_at=now))
    return len(new)


def _alike(contact: Contact) -> Iterator[tuple[int, DuplicateReason]]:
    """Whom it may be, by the strongest reason first."""
    yield from ((other, DuplicateReason.SAME_NUMBER) for other in _same_number(contact))
    yield from ((other, DuplicateReason.SAME_MAILBOX_NAME) for other in _same_mailbox_name(contact))
    yield from ((other, DuplicateReason.SAME_NAME_AND_HORSE) for other in _same_name_and_horse(contact))


def _same_number(contact: Contact) -> list[int]:
    """Those who dial the same, however it was typed, and whose names are not clearly others'."""
    number = dialled(contact.phone, contact.phone_e164)
    if len(number) < SHORTEST_NUMBER:
        return []
    found = _found_by([number], contact)
    return [other.id for other in found if not clearly_differ(contact.name, other.name)]


def _same_mailbox_name(contact: Contact) -> list[int]:
    """Those with the same address up to the @, where the rest differs, and whose names are not clearly others'."""
    local = _local_part(contact)
    if not local:
        return []
    return [
        other.id
        for other in _found_by(words(local), contact)
        if _local_part(other) == local and not clearly_differ(contact.name, other.name)
    ]


def _same_name_and_horse(contact: Contact) -> list[int]:
    horses = _horses_of([contact.id]).get(contact.id)
    if not horses:
        return []
    namesakes = sa.select(Contact.id).where(Contact.name_key == contact.name_key, Contact.id != contact.id)
    with_horse = sa.or_(*(_has_term(word) for horse in horses for word in words(horse)[:1]))
    ids = db.session.scalars(namesakes.where(with_horse).order_by(Contact.id.desc()).limit(MOST_ALIKE)).all()
    return [other for other, theirs in _horses_of(ids).items() if theirs & horses]


def _found_by(terms: Collection[str], contact: Contact) -> Iterable[Contact]:
    """The last few others who are found by all of these words."""
    first, *rest = terms
    query = sa.select(Contact).join(ContactTerm, ContactTerm.contact_id == Contact.id)
    query = query.where(ContactTerm.term == first, Contact.id != contact.id, *(_has_term(term) for term in rest))
    return db.session.scalars(query.order_by(Contact.id.desc()).limit(MOST_ALIKE)).all()


def _has_term(term: str) -> sa.ColumnElement[bool]:
    own = aliased(ContactTerm)
    return sa.exists().where(own.contact_id == Contact.id, own.term == term)


def _local_part(contact: Contact) -> str:
    return (contact.email_key or "").partition("@")[0]


def _horses_of(contact_ids: Collection[int]) -> dict[int, set[str]]:
    query = sa.select(Subject.contact_id, Subject.name).where(
        Subject.contact_id.in_(contact_ids), Subject.kind == SubjectKind.HORSE, Subject.name.is_not(None)
    )
    found: dict[int, set[str]] = {}
    for contact_id, name in db.session.execute(query):
        found.setdefault(contact_id, set()).add(fold(name or ""))
    return found


def _asked_about(contact_id: int, others: Collection[int]) -> set[int]:
    """Those of the others that the contact has been compared with by somebody, whatever they decided."""
    pair = PossibleDuplicate
    forth = sa.select(pair.other_id).where(pair.contact_id == contact_id, pair.other_id.in_(others))
    back = sa.select(pair.contact_id).where(pair.other_id == contact_id, pair.contact_id.in_(others))
    return set(db.session.scalars(forth.union_all(back)))
