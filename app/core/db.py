"""Storage: one metadata, two databases, and one way to write.

A request that only shows reads in a plain transaction. Whoever changes something says `with writing():` and everything
inside is stored together or not at all. On SQLite writers queue in order before it (`core/write_queue.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.core.engines import AS_WRITER, BUSY_TIMEOUT_SECONDS, listen_on, options_for
from app.core.errors import StorageUnavailable
from app.core.storage_faults import is_unavailable
from app.core.write_queue import WriteQueue


class Base(DeclarativeBase):
    """Every table; constraints get names, so that migrations can speak of them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class JoiningSession(FlaskSession):
    """Works on its own connection, or on the one that its turn shares with others: there in a savepoint."""

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        shared: Connection | None = self.info.get("shared")
        return shared or super().get_bind(*args, **options)


db = SQLAlchemy(
    model_class=Base, session_options={"class_": JoiningSession, "join_transaction_mode": "create_savepoint"}
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out. A naive datetime is refused with ValueError."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(words: type[StrEnum], name: str | None = None) -> sa.Enum:
    """Holds one of an enum's words, kept so by a check constraint (named `name`, else like the enum)."""
    name = name or "".join("_" + letter.lower() if letter.isupper() else letter for letter in words.__name__).strip("_")
    return sa.Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name,
        values_callable=lambda kind: [word.value for word in kind],
    )


def binary_order(length: int) -> sa.types.TypeEngine[str]:
    """Text compared byte by byte on both databases, so that prefix searches and sort keys can use an index."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def at_most(count: int) -> sa.ColumnClause[int]:
    """A limit in the statement's own words: PostgreSQL keeps a plan only where it knows how few rows are wanted."""
    return sa.literal_column(str(count), sa.Integer)


def init_app(app: Flask) -> None:
    """Bind the database of `SQLALCHEMY_DATABASE_URI`, with the pragmas and waits that the promises need."""
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options_for(url)
    if url.get_backend_name() == "sqlite":
        app.extensions["ledtrad.write_queue"] = WriteQueue(Path(f"{url.database}.lock"))
    db.init_app(app)
    with app.app_context():
        listen_on(db.engine)


AfterCommit = Callable[[], None]


def after_commit(action: AfterCommit) -> None:
    """Run `action` once the write under way is stored, never when it is rolled back. It must not touch the database."""
    db.session().info.setdefault("after_commit", []).append(action)


@contextmanager
def writing(*, together: bool = False) -> Iterator[Session]:
    """One change: committed at the end of the block, rolled back when the block raises.

    Ends the reading transaction before it, so what was loaded earlier is read again under the lock. Not to be nested.
    On SQLite, changes that many make at once are sooner stored `together`: each is whole or not at all, but they share
    the commit, and each waits for it.
    Raises StorageUnavailable when the database is locked, full or gone: nothing was stored, and trying again is safe.
    """
    session = db.session()
    if session.info.get("is_writing"):
        raise RuntimeError("writing() inside writing()")
    actions: list[AfterCommit] = []
    session.info.update(is_writing=True, after_commit=actions, stored=[])
    try:
        session.rollback()
        with _turn(session, together=together):
            try:
                session.info["connection"] = session.connection(execution_options=AS_WRITER)
                yield session
                session.commit()
            except BaseException:
                _roll_back(session)
                raise
    except BaseException as error:
        _roll_back(session)
        _forget_stored(session)
        if isinstance(error, DBAPIError | sa.exc.TimeoutError) and is_unavailable(error):
            raise StorageUnavailable from error
        raise
    finally:
        session.info.update(is_writing=False, connection=None, after_commit=[], stored=[])
    for action in actions:
        action()


def current_connection() -> Connection:
    """The connection of the session's transaction. `writing` keeps it at hand, since finding it takes time."""
    session = db.session()
    connection: Connection | None = session.info.get("connection")
    return connection or session.connection()


@contextmanager
def reading() -> Iterator[Session]:
    """Reads whose failure the caller can answer. Raises StorageUnavailable as `writing` does."""
    session = db.session()
    try:
        yield session
    except (DBAPIError, sa.exc.TimeoutError) as error:
        _roll_back(session)
        if is_unavailable(error):
            raise StorageUnavailable from error
        raise


@contextmanager
def _turn(session: Session, *, together: bool) -> Iterator[None]:
    queue: WriteQueue | None = current_app.extensions.get("ledtrad.write_queue")
    if queue is None:
        yield
    elif together:
        with queue.turn_together(BUSY_TIMEOUT_SECONDS, _begin_for_several) as connection:
            session.info["shared"] = connection
            try:
                yield
            finally:
                session.info["shared"] = None
    else:
        with queue.turn(BUSY_TIMEOUT_SECONDS):
            yield


def _begin_for_several() -> Connection:
    connection = db.engine.connect().execution_options(**AS_WRITER)
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except DBAPIError:
        session.invalidate()


def _forget_stored(session: Session) -> None:
    """What `core.rows` stored is gone with the transaction, and its keys will be given to others."""
    for row in session.info["stored"]:
        if row in session:
            session.expunge(row)
