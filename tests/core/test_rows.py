from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import NoResultFound

from app.contacts.models import Contact, Subject, SubjectKind
from app.core.db import db, writing
from app.core.rows import change, insert, insert_once, load, plain, store
from app.mail.models import Channel
from app.settings.models import Business
from tests.conftest import NOW


def _contact(name: str = "Siv Lund") -> Contact:
    return Contact(name=name, name_key=name, created_at=NOW, active_at=NOW)


def test_a_stored_row_is_as_if_loaded(app: Flask, count_queries: Callable[[], int]) -> None:
    with writing():
        count_queries()

        contact = store(_contact())

        assert (contact.name, contact.email, contact.language, contact.created_at) == ("Siv Lund", None, "sv", NOW)
        assert db.session.get(Contact, contact.id) is contact
        assert count_queries() == 1


def test_a_later_change_is_written_as_usual(app: Flask) -> None:
    with writing():
        contact = store(_contact())
        contact.name = "Siv Ek"

    db.session.expire_all()
    assert db.session.get_one(Contact, contact.id).name == "Siv Ek"


def test_a_plain_row_is_stored_as_a_made_one_is(app: Flask) -> None:
    with writing():
        contact = store(plain(Contact, name="Siv", created_at=NOW), name_key="siv", active_at=NOW)
        contact.email = "siv@example.se"
        subject = store(plain(Subject, contact=contact, kind=SubjectKind.SELF))

        assert db.session.get(Contact, contact.id) is contact
        assert subject.contact_id == contact.id
        assert contact in db.session.dirty

    assert db.session.execute(sa.select(Contact.name_key, Contact.email)).all() == [("siv", "siv@example.se")]


def test_a_relationship_that_was_not_given_is_loaded_when_asked_for(app: Flask) -> None:
    with writing():
        contact = store(_contact())
        subject = store(plain(Subject, contact_id=contact.id, kind=SubjectKind.SELF))

        assert subject.contact is contact


def test_what_a_row_points_to_is_stored_first(app: Flask) -> None:
    contact = _contact()

    with writing():
        db.session.add(contact)
        subject = store(Subject(contact=contact, kind=SubjectKind.SELF))

    assert (subject.contact_id, subject.contact) == (contact.id, contact)


def test_insert_gives_the_key_of_a_row_with_its_defaults(app: Flask) -> None:
    with writing():
        key = insert(Contact, {"name": "Siv", "name_key": "siv", "created_at": NOW, "active_at": NOW})

    assert db.session.get_one(Contact, key).language == "sv"


def test_change_is_written_at_once_and_seen_on_the_row(app: Flask) -> None:
    with writing():
        contact = store(_contact())
        change(contact, name="Siv Ek")

        assert contact.name == "Siv Ek"
        assert contact not in db.session.dirty
    db.session.expire_all()
    assert db.session.get_one(Contact, contact.id).name == "Siv Ek"


def test_a_row_that_was_rolled_back_gives_its_key_to_another(app: Flask) -> None:
    gone = _contact("Gone")

    with pytest.raises(ZeroDivisionError):
        _store_and_fail(gone)
    with writing():
        store(_contact("Stays"))

    assert gone not in db.session
    assert db.session.scalars(sa.select(Contact.name)).all() == ["Stays"]


def _store_and_fail(contact: Contact) -> None:
    with writing():
        store(contact)
        raise ZeroDivisionError


def test_load_gives_the_row_that_the_session_has(app: Flask, count_queries: Callable[[], int]) -> None:
    with writing():
        count_queries()

        business = load(Business, 1)
        business.city = "Lund"

        assert load(Business, 1) is business
        assert (business.name, business.city) == ("Stilla & Stark", "Lund")
        assert count_queries() == 1
    assert load(Business, 1) is business
    assert db.session.get_one(Business, 1) is business
    assert business.city == "Lund"


def test_load_survives_a_change_that_is_rolled_back(app: Flask) -> None:
    business = load(Business, 1)

    with pytest.raises(ZeroDivisionError):
        _rename_and_fail("Fel")

    assert business.name == "Stilla & Stark"


def _rename_and_fail(name: str) -> None:
    with writing():
        load(Business, 1).name = name
        raise ZeroDivisionError


def test_load_refuses_a_key_that_no_row_has(app: Flask) -> None:
    with pytest.raises(NoResultFound):
        load(Contact, 1)


def test_of_two_equal_rows_only_the_first_is_inserted(app: Flask) -> None:
    with writing():
        told = [insert_once(Channel, name="smtp", streak=streak) for streak in (1, 2)]

    assert told == [True, False]
    assert db.session.get_one(Channel, "smtp").streak == 1
