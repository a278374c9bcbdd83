from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.contacts.models import (
    IS_OPEN_PAIR,
    Consent,
    ConsentPurpose,
    Contact,
    DuplicateReason,
    PossibleDuplicate,
    Subject,
)
from app.core.db import db


def contact_to_change(contact_id: int) -> Contact | None:
    """The contact, locked until the write ends."""
    return db.session.scalar(sa.select(Contact).where(Contact.id == contact_id).with_for_update())


def names_of(contact_ids: Collection[int]) -> dict[int, str]:
    """What the contacts are called; those that are gone are not in it."""
    return dict(db.session.execute(sa.select(Contact.id, Contact.name).where(Contact.id.in_(contact_ids))).all())


def consents_of(contact_id: int) -> Sequence[Consent]:
    """What the contact has allowed, the latest first, withdrawn ones too."""
    query = sa.select(Consent).where(Consent.contact_id == contact_id)
    return db.session.scalars(query.order_by(Consent.given_at.desc(), Consent.id.desc())).all()


def says_yes(contact_id: int | InstrumentedAttribute[int], purpose: ConsentPurpose) -> sa.Exists:
    """The condition that a contact's yes to a purpose stands."""
    return sa.exists().where(
        Consent.contact_id == contact_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )


def consents_by_contact(contact_ids: Collection[int]) -> dict[int, dict[ConsentPurpose, bool]]:
    """For each contact and purpose whether a consent is in force; what was never asked is not in it."""
    stands = sa.func.max(sa.case((Consent.withdrawn_at.is_(None), 1), else_=0))
    query = sa.select(Consent.contact_id, Consent.purpose, stands).where(Consent.contact_id.in_(contact_ids))
    found: dict[int, dict[ConsentPurpose, bool]] = {}
    for contact_id, purpose, is_in_force in db.session.execute(query.group_by(Consent.contact_id, Consent.purpose)):
        found.setdefault(contact_id, {})[purpose] = bool(is_in_force)
    return found


def subjects_of(contact_ids: Collection[int]) -> dict[int, list[Subject]]:
    """Whom each contact's matters are about."""
    found: dict[int, list[Subject]] = {}
    query = sa.select(Subject).where(Subject.contact_id.in_(contact_ids)).order_by(Subject.id)
    for subject in db.session.scalars(query):
        found.setdefault(subject.contact_id, []).append(subject)
    return found


@dataclass(frozen=True, slots=True)
class Doubt:
    """An open question whether a contact is the same person as `other`."""

    id: int
    reason: DuplicateReason
    other: Contact


def doubts_about(contact_id: int) -> Sequence[Doubt]:
    """Whom the contact may be the same person as, until somebody decides or they are merged."""
    pair = PossibleDuplicate
    other_id = sa.case((pair.contact_id == contact_id, pair.other_id), else_=pair.contact_id)
    query = (
        sa.select(pair.id, pair.reason, Contact)
        .join(Contact, Contact.id == other_id)
        .where(sa.or_(pair.contact_id == contact_id, pair.other_id == contact_id), IS_OPEN_PAIR)
        .order_by(pair.id)
    )
    return [Doubt(*row) for row in db.session.execute(query)]


def duplicate_to_decide(duplicate_id: int) -> PossibleDuplicate | None:
    """The question, locked until the write ends."""
    return db.session.scalar(sa.select(PossibleDuplicate).where(PossibleDuplicate.id == duplicate_id).with_for_update())
