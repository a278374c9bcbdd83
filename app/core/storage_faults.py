"""Which errors of a database tell of its state, so that trying again later is right."""

import sqlite3

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

_PASSING_SQLSTATES = ("08", "53", "55P03", "57P", "40")
"""PostgreSQL: connection lost, out of resources, lock not available, shutting down, serialization or deadlock."""

_PASSING_SQLITE_CODES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)


def is_unavailable(error: DBAPIError | sa.exc.TimeoutError) -> bool:
    """Whether the fault is the storage's state (locked, full, gone) and not a mistake in what was asked."""
    if isinstance(error, sa.exc.TimeoutError) or error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _PASSING_SQLITE_CODES
    state = getattr(error.orig, "sqlstate", None)
    return str(state).startswith(_PASSING_SQLSTATES) if state else isinstance(error, OperationalError)
