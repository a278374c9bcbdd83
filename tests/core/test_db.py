import sqlite3
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.contacts.models import Contact
from app.core import engines
from app.core.db import after_commit, db, writing
from app.core.errors import StorageUnavailable
from tests.conftest import NOW


def _contact(name: str) -> Contact:
    return Contact(name=name, name_key=name.lower(), created_at=NOW, active_at=NOW)


def _names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Contact.name).order_by(Contact.id)))


def _write_and_fail(action: Callable[[], None]) -> None:
    with writing() as session:
        action()
        session.flush()
        raise ZeroDivisionError


def test_writing_stores_everything_or_nothing(app: Flask) -> None:
    with writing() as session:
        session.add(_contact("Anna"))

    with pytest.raises(ZeroDivisionError):
        _write_and_fail(lambda: db.session.add(_contact("Bertil")))

    assert _names() == ["Anna"]


def test_after_commit_runs_only_what_was_stored(app: Flask) -> None:
    done: list[str] = []

    with writing():
        after_commit(lambda: done.append("stored"))
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(lambda: after_commit(lambda: done.append("lost")))

    assert done == ["stored"]


def test_writing_is_not_nested(app: Flask) -> None:
    with pytest.raises(RuntimeError), writing(), writing():
        pass


def test_many_writers_all_get_their_turn(app: Flask) -> None:
    def add(name: str) -> None:
        with app.app_context(), writing() as session:
            session.add(_contact(name))

    threads = [threading.Thread(target=add, args=(f"Nr {i:02}",)) for i in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(_names()) == [f"Nr {i:02}" for i in range(24)]


def test_postgres_keeps_what_it_has_prepared_from_one_read_to_the_next(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        db.session.remove()
        db.engine.dispose()  # what earlier tests have left prepared goes with their connections
        asked = select(Contact.name).where(Contact.name == "Anna")
        for _ in range(8):
            db.session.scalars(asked).all()
            db.session.rollback()
        kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT contact.name%'"

        assert db.session.scalar(text(kept)) == 1


def test_a_locked_sqlite_file_is_unavailable_and_stores_nothing(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_app.app_context():
        path = db.engine.url.database
        assert path is not None
        before = _names()
        db.session.execute(text("PRAGMA busy_timeout=100"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StorageUnavailable), writing() as session:
            session.add(_contact("Cecilia"))
        other.execute("ROLLBACK")
        other.close()

        assert _names() == before


def test_a_connection_that_was_lost_while_it_rested_is_not_handed_out(
    postgres_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "TRUSTED_SECONDS", 0)
    with postgres_app.app_context():
        with db.engine.connect() as one, db.engine.connect() as other:
            lost = one.scalar(text("SELECT pg_backend_pid()"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost})

        with db.engine.connect() as first, db.engine.connect() as second:
            answers = [first.scalar(text("SELECT 1")), second.scalar(text("SELECT 1"))]

    assert answers == [1, 1]
