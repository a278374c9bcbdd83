from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.contacts.details import decide_duplicate
from app.contacts.jobs import compare_contacts
from app.contacts.models import Contact, DuplicateReason, PossibleDuplicate, SubjectKind
from app.contacts.services import add_subject, person, renew_terms, store_contact
from app.core.db import db, writing
from tests.conftest import NOW


def known(name: str, email: str | None = None, phone: str | None = None, horse: str | None = None) -> int:
    """Somebody whom we know, not by a letter: no question has been asked of them."""
    who = person(name, email, phone)
    with writing():
        contact = store_contact(who, NOW)
        if horse:
            add_subject(contact, SubjectKind.HORSE, horse)
        renew_terms(contact)
        return contact.id


def asked() -> list[tuple[int, int, DuplicateReason]]:
    pair = PossibleDuplicate
    rows = db.session.execute(sa.select(pair.contact_id, pair.other_id, pair.reason).order_by(pair.id))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"name": "Anna Berg", "phone": "070-174 06 31"},
            {"name": "A Berg", "phone": "+46 (0)70-1740631"},
            DuplicateReason.SAME_NUMBER,
        ),
        (
            {"name": "Anna Berg", "phone": "070-174 06 31 kväll"},
            {"name": "Anna Berg", "phone": "0701740631"},
            DuplicateReason.SAME_NUMBER,
        ),
        (
            {"name": "Åsa Öberg", "email": "asa.oberg@example.se"},
            {"name": "Asa Oberg", "email": "Asa.Oberg@example.com"},
            DuplicateReason.SAME_MAILBOX_NAME,
        ),
        (
            {"name": "Anna Berg", "horse": "Åska"},
            {"name": "anna berg", "horse": "aska", "email": "ab@example.se"},
            DuplicateReason.SAME_NAME_AND_HORSE,
        ),
    ],
)
def test_who_may_be_the_same_is_asked_once(
    app: Flask, one: dict[str, str], other: dict[str, str], reason: DuplicateReason
) -> None:
    first, second = known(**one), known(**other)

    found = compare_contacts(NOW)

    assert found == 1
    assert asked() == [(first, second, reason)]
    assert compare_contacts(NOW) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Anna Berg", "phone": "070-174 06 31"}, {"name": "Bo Ek", "phone": "0701740631"}),
        ({"name": "Anna Berg", "phone": "070-174 06 31"}, {"name": "Anna Berg", "phone": "070-174 06 32"}),
        ({"name": "Anna Berg", "email": "info@example.se"}, {"name": "Bo Ek", "email": "info@example.com"}),
        ({"name": "Anna Berg", "email": "anna@example.se"}, {"name": "Anna Ek", "email": "anna.ek@example.se"}),
        ({"name": "Anna Berg", "horse": "Åska"}, {"name": "Anna Berg", "horse": "Molly"}),
        ({"name": "Anna Berg", "horse": "Åska"}, {"name": "Anna Ek", "horse": "Åska"}),
        ({"name": "Anna Berg"}, {"name": "Anna Berg"}),
    ],
)
def test_others_are_not_asked_about(app: Flask, one: dict[str, str], other: dict[str, str]) -> None:
    known(**one)
    known(**other)

    assert compare_contacts(NOW) == 0
    assert asked() == []


def test_a_pair_that_is_decided_is_not_asked_about_again(app: Flask) -> None:
    first = known("Anna Berg", phone="070-174 06 31")
    known("Anna Berg", phone="0701740631")
    compare_contacts(NOW)
    with writing():
        decide_duplicate(db.session.scalars(sa.select(PossibleDuplicate)).one(), False, NOW)
        renew_terms(db.session.get_one(Contact, first))

    assert compare_contacts(NOW + timedelta(days=1)) == 0
    assert len(asked()) == 1


def test_somebody_with_other_words_is_compared_again(app: Flask) -> None:
    first, second = known("Anna Berg"), known("Anna Berg", phone="0701740631")
    compare_contacts(NOW)
    with writing():
        contact = db.session.get_one(Contact, first)
        contact.phone, contact.phone_e164 = "070-1740631", "+46701740631"
        renew_terms(contact)

    assert compare_contacts(NOW) == 1
    assert asked() == [(first, second, DuplicateReason.SAME_NUMBER)]
