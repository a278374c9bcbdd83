"""The ear on PostgreSQL: a connection that hears NOTIFY. Imported where it is needed: psycopg takes 5 MiB."""

import contextlib

import psycopg
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError


class Listener:
    """A connection of its own, for as long as it lasts."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def fileno(self) -> int:
        """What to wait on until there is something to take."""
        return self._connection.fileno()

    def take(self) -> bool:
        """Take all notifications that have come. False when the connection is lost."""
        try:
            for _notification in self._connection.notifies(timeout=0):
                pass
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Give the connection back to the database, however it is."""
        with contextlib.suppress(psycopg.Error):
            self._connection.close()


def listen(engine: Engine, name: str) -> Listener | None:
    """Hear notifications of this name from now on. None while the database is away."""
    try:
        pooled = engine.raw_connection()
        connection = pooled.driver_connection  # a detached one no longer tells
        pooled.detach()
        if not isinstance(connection, psycopg.Connection):
            raise TypeError("only psycopg carries notifications")
        connection.autocommit = True
        connection.execute(f"LISTEN {name}")
    except (DBAPIError, psycopg.Error):
        return None
    return Listener(connection)
