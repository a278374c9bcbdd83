from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core import driver
from app.core.db import current_connection, db, writing
from app.core.rows import insert, table_of
from app.core.statements import Statement
from app.enquiries.models import Enquiry, EnquiryState, Wish
from app.settings.models import Business
from tests.conftest import NOW

ENQUIRY: dict[str, Any] = {
    "reference": "LT-234567",
    "nonce": "n1",
    "received_at": NOW,
    "name": "Siv 100 % Lund",
    "wish": Wish.CALL,
    "message": "Hur länge får man låna?",
    "was_masked": True,
}
COLUMNS = (Enquiry.reference, Enquiry.received_at, Enquiry.wish, Enquiry.message, Enquiry.was_masked, Enquiry.phone)
OF_A_STATE = sa.select(*COLUMNS).where(Enquiry.state == sa.bindparam("state", type_=Enquiry.state.type))


def _columns() -> list[str]:
    return [column.name for column in table_of(Enquiry).columns]


def test_rows_are_those_that_sqlalchemy_gives(app: Flask) -> None:
    with writing():
        insert(Enquiry, ENQUIRY)

    rows = Statement(OF_A_STATE).run({"state": EnquiryState.OPEN})

    assert rows == [("LT-234567", NOW, Wish.CALL, "Hur länge får man låna?", True, None)]
    assert rows == [tuple(row) for row in db.session.execute(OF_A_STATE, {"state": EnquiryState.OPEN})]


def test_what_is_stored_is_what_sqlalchemy_stores(app: Flask) -> None:
    with writing() as session:
        insert(Enquiry, ENQUIRY)
        session.connection().execute(sa.insert(Enquiry), {**ENQUIRY, "reference": "LT-234568", "nonce": "n2"})

    own = {"id", "reference", "nonce", "message"}  # keys differ, and no text is ever encrypted to the same bytes
    stored = [name for name in _columns() if name not in own]
    one, other = db.session.execute(sa.text(f"SELECT {', '.join(stored)} FROM enquiry ORDER BY id"))
    assert tuple(one) == tuple(other)
    assert db.session.scalars(sa.select(Enquiry.message)).all() == ["Hur länge får man låna?"] * 2


def test_a_literal_in_the_statement_keeps_its_value(app: Flask) -> None:
    query = sa.select(Business.person, sa.literal("a%b")).where(Business.name.like("Stilla%"), Business.id == 1)

    assert Statement(query).run({}) == [("Maj Ek", "a%b")]


def test_a_value_that_is_missing_is_refused(app: Flask) -> None:
    with pytest.raises(KeyError, match="state"):
        Statement(OF_A_STATE).run({})


def test_run_each_runs_once_for_each_and_not_at_all_for_none(app: Flask) -> None:
    rename = Statement(sa.update(Business).where(Business.id == sa.bindparam("key")), ["name", "city"])

    with writing():
        rename.run_each([])
        rename.run_each({"key": 1, "name": name, "city": "Lund"} for name in ("Första", "Andra"))

    assert db.session.execute(sa.select(Business.name, Business.city)).all() == [("Andra", "Lund")]


def test_each_database_gets_the_statement_that_is_made_for_it(app: Flask) -> None:
    told = Statement(lambda dialect: sa.select(sa.literal(f"for {dialect}")))

    assert told.run({}) == [(f"for {db.engine.dialect.name}",)]


def test_listeners_of_the_engine_hear_it(app: Flask, count_queries: Callable[[], int]) -> None:
    current_connection()
    count_queries()

    rows = Statement(sa.select(Business.person)).run({})

    assert (rows, count_queries()) == ([("Maj Ek",)], 1)


def test_a_broken_constraint_is_an_integrity_error_that_tells_no_values(app: Flask) -> None:
    with writing():
        insert(Enquiry, ENQUIRY)

    with pytest.raises(IntegrityError) as refusal, writing():
        insert(Enquiry, {**ENQUIRY, "reference": "LT-234568"})

    assert "Siv" not in str(refusal.value)
    assert not refusal.value.connection_invalidated


def test_a_lost_connection_is_not_used_again(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        with pytest.raises(OperationalError) as loss:
            driver.run(current_connection(), "SELECT pg_terminate_backend(pg_backend_pid())")
        db.session.rollback()

        assert loss.value.connection_invalidated
        assert Statement(sa.select(sa.literal(1))).run({}) == [(1,)]
