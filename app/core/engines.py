"""How a connection to each kind of database is opened, kept and begun."""

import math
import time
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.driver import run

BUSY_TIMEOUT_SECONDS = 5.0
TRUSTED_SECONDS = 1.0
"""So long after its last use a connection to PostgreSQL is taken for alive without being asked."""
AS_WRITER = {"is_writer": True}
"""Execution options of a connection that changes something."""


def options_for(url: URL) -> dict[str, Any]:
    """What the engine of that database is made with."""
    if url.get_backend_name() == "sqlite":
        driver = {"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": None, "check_same_thread": False}
        return {
            "hide_parameters": True,
            "pool_use_lifo": True,  # the connection that holds most of the pages already, and no memory for the others
            "pool_size": 16,
            "connect_args": driver,
        }
    # What pages ask for lies in memory, where a random page costs hardly more than the next one.
    session = f"-c lock_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)} -c timezone=UTC -c random_page_cost=1.1"
    return {
        "hide_parameters": True,
        "isolation_level": "AUTOCOMMIT",
        "pool_use_lifo": True,  # the connection that has prepared most already
        "pool_size": 8,
        "max_overflow": 24,
        "connect_args": {"options": session},
    }


def listen_on(engine: Engine) -> None:
    """Let its connections keep what the promises ask of them."""
    if engine.dialect.name == "sqlite":
        _listen_on_sqlite(engine)
    else:
        _listen_on_postgres(engine)


def _listen_on_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8000"
        )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get("is_writer", False)
        run(connection, "BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _listen_on_postgres(engine: Engine) -> None:
    """Writers alone open a transaction. Between reads it would hold nothing still, as each statement sees what is
    stored when it begins (READ COMMITTED), and at its end psycopg would forget the statements that it has prepared."""

    @event.listens_for(engine, "set_connection_execution_options")
    def open_transaction(_connection: Connection, options: dict[str, Any]) -> None:
        if options.get("is_writer"):
            options["isolation_level"] = "READ COMMITTED"

    @event.listens_for(engine, "checkin")
    def remember_when(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rested_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask_the_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("rested_at", math.inf) > TRUSTED_SECONDS:
            _ask_whether_it_lives(engine, connection)


def _ask_whether_it_lives(engine: Engine, connection: Any) -> None:
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error  # the pool makes new connections for all that are as old
