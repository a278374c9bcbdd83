import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from app.contacts.models import Contact, Subject, SubjectKind
from app.core.crypto import EncryptedText
from app.core.db import db, writing
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.models import Lead
from tests.conftest import NOW

DIALECT = sqlite.dialect()
COLUMN = EncryptedText("test.column")


@given(st.text())
def test_any_text_comes_back_as_it_was(sqlite_app: Flask, words: str) -> None:
    with sqlite_app.app_context():
        sealed = COLUMN.process_bind_param(words, DIALECT)

        assert COLUMN.process_result_value(sealed, DIALECT) == words


def test_the_same_text_is_never_the_same_bytes(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        assert COLUMN.process_bind_param("sömn", DIALECT) != COLUMN.process_bind_param("sömn", DIALECT)


def test_a_value_moved_to_another_column_does_not_open(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        sealed = COLUMN.process_bind_param("sömn", DIALECT)

        with pytest.raises(InvalidTag):
            EncryptedText("another.column").process_result_value(sealed, DIALECT)


def test_an_altered_value_does_not_open(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        sealed = COLUMN.process_bind_param("sömn", DIALECT)
        assert sealed is not None
        altered = sealed[:-1] + bytes([sealed[-1] ^ 1])

        with pytest.raises(InvalidTag):
            COLUMN.process_result_value(altered, DIALECT)


def test_the_database_holds_no_plain_text(app: Flask) -> None:
    with writing() as session:
        contact = Contact(name="Anna", name_key="anna", created_at=NOW, active_at=NOW)
        subject = Subject(contact=contact, kind=SubjectKind.SELF)
        lead = Lead(contact=contact, subject=subject, stage_changed_at=NOW, created_at=NOW, active_at=NOW)
        session.add(
            FollowUp(
                lead=lead, kind=FollowUpKind.CALL, title="Fråga om sömnen", due_at=NOW, created_at=NOW, planned_at=NOW
            )
        )

    stored = bytes(db.session.execute(text("SELECT title FROM follow_up")).scalar_one())

    assert "sömnen".encode() not in stored
    assert db.session.query(FollowUp.title).scalar() == "Fråga om sömnen"
