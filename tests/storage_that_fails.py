from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.core.db import db


class _FullError(Exception):
    """What both drivers say of a full disk, each by its own number."""

    sqlite_errorcode = 13
    sqlstate = "53100"


@contextmanager
def full_storage(statement_begins: str) -> Iterator[None]:
    """Every statement that begins so fails as on a full disk."""

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(statement_begins):
            raise OperationalError(statement, {}, _FullError("the disk is full"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
