import threading

import sqlalchemy as sa
from flask import Flask

from app.contacts.models import (
    Contact,
    ContactTerm,
    DuplicateReason,
    PossibleDuplicate,
    ReachBy,
    SubjectKind,
)
from app.contacts.services import find_or_add_contact, find_or_add_subject, person, renew_terms
from app.core.db import db, writing
from tests.conftest import NOW

SIV = person("Siv Lund", "Siv@example.se", "070-174 06 21", ReachBy.PHONE)


def _terms(contact: Contact) -> set[str]:
    return set(db.session.scalars(sa.select(ContactTerm.term).where(ContactTerm.contact_id == contact.id)))


def test_a_new_person_becomes_a_contact_with_everything_that_was_told(app: Flask) -> None:
    with writing():
        contact = find_or_add_contact(SIV, NOW)

    db.session.expire_all()
    assert (contact.name, contact.email, contact.email_key) == ("Siv Lund", "Siv@example.se", "siv@example.se")
    assert (contact.phone, contact.phone_e164, contact.reach_by) == ("070-174 06 21", "+46701740621", ReachBy.PHONE)
    assert (contact.created_at, contact.active_at) == (NOW, NOW)
    assert _terms(contact) == {"siv", "lund", "example", "se", "0701740621"}


def test_a_number_that_cannot_be_parsed_is_kept_as_typed(app: Flask) -> None:
    with writing():
        contact = find_or_add_contact(person("Siv Lund", phone="växeln, fråga efter Siv"), NOW)

    assert (contact.phone, contact.phone_e164) == ("växeln, fråga efter Siv", None)


def test_the_same_address_or_number_in_any_form_is_the_same_contact(app: Flask) -> None:
    with writing():
        first = find_or_add_contact(SIV, NOW)
        by_address = find_or_add_contact(person("Siv", "sIV@EXAMPLE.se"), NOW)
        by_number = find_or_add_contact(person("S Lund", phone="+46 (0)70 174 06 21"), NOW)

        assert first is by_address is by_number
    assert db.session.query(PossibleDuplicate).count() == 0


def test_a_part_of_an_address_or_number_is_nobody(app: Flask) -> None:
    with writing():
        first = find_or_add_contact(SIV, NOW)
        others = [
            find_or_add_contact(person("Siv Lund", address), NOW)
            for address in ("iv@example.se", "siv@example.s", "%@example.se", "s_v@example.se")
        ]

        assert first not in others
        assert len({contact.id for contact in others}) == 4


def test_a_known_contact_gains_what_was_missing_and_keeps_what_was_there(app: Flask) -> None:
    with writing():
        find_or_add_contact(person("Siv Lund", phone="070-174 06 21"), NOW)
        contact = find_or_add_contact(SIV, NOW)
        find_or_add_contact(person("Siv Lund", "siv@example.se", "070-174 06 99"), NOW)

    db.session.expire_all()
    assert (contact.email, contact.phone) == ("Siv@example.se", "070-174 06 21")
    assert "example" in _terms(contact)


def test_another_name_on_a_shared_mailbox_is_another_contact_and_a_question(app: Flask) -> None:
    with writing():
        siv = find_or_add_contact(SIV, NOW)
        bo = find_or_add_contact(person("Bo Lund", "siv@example.se"), NOW)

    question = db.session.scalars(sa.select(PossibleDuplicate)).one()
    assert (question.contact_id, question.other_id, question.reason, question.found_at) == (
        bo.id,
        siv.id,
        DuplicateReason.SHARED_ADDRESS,
        NOW,
    )


def test_an_address_and_a_number_of_two_contacts_make_a_third_and_two_questions(app: Flask) -> None:
    with writing():
        siv = find_or_add_contact(person("Siv Lund", "siv@example.se"), NOW)
        other = find_or_add_contact(person("Siv Lund", phone="070-174 06 21"), NOW)
        third = find_or_add_contact(SIV, NOW)

        assert third not in (siv, other)
    asked = db.session.execute(sa.select(PossibleDuplicate.contact_id, PossibleDuplicate.other_id)).all()
    assert {tuple(row) for row in asked} == {(third.id, siv.id), (third.id, other.id)}
    assert set(db.session.scalars(sa.select(PossibleDuplicate.reason))) == {DuplicateReason.TWO_MATCHES}


def test_four_first_letters_at_once_make_one_contact(app: Flask) -> None:
    ids: list[int] = []
    start = threading.Barrier(4)

    def write() -> None:
        with app.app_context():
            start.wait(60)
            with writing():
                ids.append(find_or_add_contact(SIV, NOW).id)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ids) == 4
    assert len(set(ids)) == 1


def test_a_subject_is_known_by_kind_and_folded_name(app: Flask) -> None:
    with writing():
        contact = find_or_add_contact(SIV, NOW)
        saga = find_or_add_subject(contact, SubjectKind.HORSE, "Såga")

        assert find_or_add_subject(contact, SubjectKind.HORSE, "SAGA") is saga
        assert find_or_add_subject(contact, SubjectKind.HORSE, "Vinjett") is not saga
        assert find_or_add_subject(contact, SubjectKind.RELATIVE, "Såga") is not saga
        assert find_or_add_subject(contact, SubjectKind.SELF, "ignored").name is None
        assert find_or_add_subject(contact, SubjectKind.SELF, None) is find_or_add_subject(
            contact, SubjectKind.SELF, None
        )
    assert {"saga", "vinjett", "siv"} <= _terms(contact)


def test_the_terms_of_another_contact_stay_when_one_is_renewed(app: Flask) -> None:
    with writing():
        siv = find_or_add_contact(SIV, NOW)
        bo = find_or_add_contact(person("Bo Ek", "bo@example.com"), NOW)
        bo.name = "Bosse Ek"
        renew_terms(bo)

    assert _terms(bo) == {"bosse", "ek", "bo", "example", "com"}
    assert "siv" in _terms(siv)
