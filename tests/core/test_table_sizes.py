from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import table_sizes
from app.core.db import db, writing
from app.core.table_sizes import learn_sizes
from tests.conftest import NOW
from tests.leads.cast import add_contact

on_sqlite = pytest.mark.parametrize("database", ["sqlite"])


@pytest.fixture
def large(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that counts as large. The next test finds it as if nobody had looked at it."""
    monkeypatch.setattr(table_sizes, "LARGE_PAGES", 0)
    yield
    if db.engine.dialect.name == "sqlite":
        with writing() as session:
            session.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
        db.session.remove()
        db.engine.dispose()  # what connections have learned goes with them


def _known_contacts() -> int:
    stat = db.session.scalar(text("SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_contact_name_key_id'"))
    db.session.rollback()
    return int(str(stat).split()[0])


def _add_contacts(count: int) -> None:
    with writing():
        for number in range(count):
            add_contact(f"Nr {number}")


@on_sqlite
def test_sqlite_learns_how_much_a_table_holds_and_again_when_that_has_changed(app: Flask, large: None) -> None:
    _add_contacts(3)
    looked_at = learn_sizes(NOW)
    known = _known_contacts()
    _add_contacts(2)
    learn_sizes(NOW)

    assert (known, _known_contacts()) == (3, 5)
    assert looked_at > 1


@on_sqlite
def test_connections_that_are_open_read_it_anew_each_time(app: Flask, large: None) -> None:
    _add_contacts(1)
    with db.engine.connect() as other:
        versions = []
        for _ in range(2):
            learn_sizes(NOW)
            versions.append(other.scalar(text("PRAGMA schema_version")))
            other.rollback()

    assert versions[0] < versions[1]


@on_sqlite
def test_a_small_database_is_left_to_the_rules_of_thumb(app: Flask) -> None:
    _add_contacts(3)

    assert learn_sizes(NOW) == 0
    assert db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")) == 0


@pytest.mark.parametrize("database", ["postgres"])
def test_postgres_is_left_to_itself(app: Flask, large: None) -> None:
    _add_contacts(3)

    assert learn_sizes(NOW) == 0
