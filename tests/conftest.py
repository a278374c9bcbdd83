"""The fixtures that all tests share: an application on each database, a browser for it, and a cast of people."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask, g, request_started
from flask.testing import FlaskClient
from sqlalchemy import CompoundSelect, delete, event, exists, insert, literal_column, select, text, union_all
from sqlalchemy.engine import Engine

from app import create_app
from app.accounts.models import Role, User
from app.commands import prepare_instance
from app.core.db import db, writing
from app.core.keys import make_keys
from app.leads.models import LeadStage
from app.settings.models import Business
from tests.postgres import never_wait_for_the_disk, own_database, running_postgres
from tests.signed_in import SignedIn, sign_in

pytest_plugins = ["tests.browser", "tests.looking", "tests.sharing"]

A_BUSY_MACHINE_IS_NO_FAULT: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("house", **A_BUSY_MACHINE_IS_NO_FAULT)
hypothesis.settings.load_profile("house")

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, 10.00 in Stockholm: the moment that tests pass in."""

BUSINESS = {"name": "Stilla & Stark", "person": "Maj Ek", "email": "maj@stilla.example.se", "phone": "070-1740610"}
TEST_SETTINGS = {"TESTING": True, "CHECK_MAIL_DOMAINS": False, "PUBLIC_URL": "https://ledtrad.example.se"}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own for the whole run; on a server that is shared, a database of this process alone."""
    with running_postgres() as url:
        if "TEST_DATABASE_URL" not in os.environ:
            never_wait_for_the_disk(url)
            yield url
            return
        with own_database(url) as own:
            never_wait_for_the_disk(own)
            yield own


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _fresh_app(tmp_path_factory.mktemp("sqlite"), None)


@pytest.fixture(scope="session")
def postgres_app(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Flask]:
    yield from _fresh_app(tmp_path_factory.mktemp("postgres"), postgres_url)


def _fresh_app(folder: Path, url: str | None) -> Iterator[Flask]:
    with environment(LEDTRAD_INSTANCE=str(folder), DATABASE_URL=url or ""):
        make_keys(folder)
        if url:
            _drop_everything(create_app(folder))
        prepare_instance(folder)
        application = create_app(folder, TEST_SETTINGS)
    if not url:
        with application.app_context():
            event.listen(db.engine, "connect", _never_wait_for_the_disk)
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def _never_wait_for_the_disk(connection: Any, _record: object) -> None:
    """No power cut is survived by what lives for one run; tests of durability have servers and files of their own."""
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The process's environment with these variables, for the length of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _drop_everything(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """Runs the test on SQLite and on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def app(database: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on an empty, migrated database, inside its context."""
    application: Flask = request.getfixturevalue(f"{database}_app")
    config = dict(application.config)
    with application.app_context(), request_started.connected_to(_forget_last_request, application):
        _empty()
        lists = _lists_of_the_owner()
        yield application
        db.session.remove()
        assert _lists_of_the_owner() == lists, "a test has changed them without the fixture `lists_put_back`"
    application.config.clear()
    application.config.update(config)


def _forget_last_request(*_: object, **__: object) -> None:
    """Requests share the test's application context; none may find in `g` what the one before left there."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def lists_put_back(app: Flask) -> Iterator[None]:
    """For a test that changes the stages or the lost reasons: the next finds them as each instance starts."""
    before = _lists_of_the_owner()
    yield
    db.session.rollback()
    _empty()
    with writing() as session:
        for name in reversed(LISTS_OF_THE_OWNER):
            session.execute(db.metadata.tables[name].delete())
        for name in LISTS_OF_THE_OWNER:
            session.execute(insert(db.metadata.tables[name]), before[name])


LISTS_OF_THE_OWNER = ("lost_reason", "lead_stage")
"""What each instance starts with, and tests find as it was then."""


def _lists_of_the_owner() -> dict[str, list[dict[str, object]]]:
    tables = [db.metadata.tables[name] for name in LISTS_OF_THE_OWNER]
    lists = {
        table.name: [dict(row._mapping) for row in db.session.execute(select(table).order_by(table.c.id))]
        for table in tables
    }
    db.session.rollback()  # what the test reads next is what is stored by then
    return lists


def _empty() -> None:
    with writing() as session:
        written = set(session.scalars(_tables_with_rows()))
        for table in reversed(db.metadata.sorted_tables):
            if table.name in written:
                session.execute(table.delete())
        session.execute(delete(LeadStage).where(~LeadStage.is_first))
        session.execute(insert(Business).values(id=1, **BUSINESS))


@cache
def _tables_with_rows() -> CompoundSelect[tuple[str]]:
    """One question for all of them: few are ever written in a test."""
    return union_all(
        *(
            select(literal_column(f"'{table.name}'")).where(exists().select_from(table))
            for table in db.metadata.sorted_tables
            if table.name not in LISTS_OF_THE_OWNER
        )
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def owner(app: Flask) -> User:
    """Maj, who owns the business."""
    return add_user("maj@stilla.example.se", "Maj Ek", Role.OWNER)


@pytest.fixture
def staff(app: Flask) -> User:
    """Sixten, who works for her."""
    return add_user("sixten@stilla.example.se", "Sixten Alm", Role.STAFF)


@pytest.fixture
def owner_client(app: Flask, owner: User) -> SignedIn:
    """Maj's browser, signed in."""
    return sign_in(app, owner)


@pytest.fixture
def staff_client(app: Flask, staff: User) -> SignedIn:
    """Sixten's browser, signed in."""
    return sign_in(app, staff)


def add_user(email: str, name: str, role: Role) -> User:
    """Store somebody who may sign in."""
    with writing() as session:
        user = User(email=email, email_key=email, name=name, role=role, password_hash=None, created_at=NOW)
        session.add(user)
    return user


@pytest.fixture
def count_queries(app: Flask) -> Iterator[Callable[[], int]]:
    """Call it to learn how many statements have run since it was last called."""
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    def since_last() -> int:
        nonlocal statements
        taken, statements = statements, 0
        return taken

    engine: Engine = db.engine
    event.listen(engine, "after_cursor_execute", count)
    yield since_last
    event.remove(engine, "after_cursor_execute", count)
