"""How Alembic reaches the application's database and tables. Run through `ledtrad db ...`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from app.core.crypto import EncryptedBytes, EncryptedText
from app.core.db import Base, UtcDateTime, db


def render_item(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they are stored as: a migration imports no application."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, EncryptedBytes | EncryptedText):
        return "sa.LargeBinary()"
    return False


def run_migrations() -> None:
    """Bring the database to the asked revision, each migration in a transaction of its own."""
    options = {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "transaction_per_migration": True,
        "compare_type": True,
        "render_item": render_item,
    }
    given = context.config.attributes.get("connection")
    if given is not None:
        context.configure(connection=given, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with current_app.app_context(), db.engine.connect() as connection, _tables_made_anew(connection):
        context.configure(connection=connection.execution_options(is_writer=True), **options)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _tables_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a whole table, which is its way to alter one, and keep what points to it.

    With foreign keys on, dropping the old table would delete or cut loose all that hangs on its rows. They cannot be
    turned off inside a transaction (sqlite.org/lang_altertable.html, 7), so for the length of the whole run.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite = connection.connection.cursor()
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


run_migrations()
