"""A word that stands for what people write about their health: where it may not be, and how it is looked for."""

import io
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app.core.db import db
from app.core.logs import ValueFreeFormatter

WORD = "Kanariefågel"
SPELLINGS = (WORD, "kanarief", "Kanarief%C3%A5gel", "Kanarief=C3=A5gel", "S2FuYXJpZWbDpWdlb")


def has_canary(text: str) -> bool:
    """Whether the word is in the text, plain or as addresses and mails spell it."""
    return any(spelling.casefold() in text.casefold() for spelling in SPELLINGS)


def files_of(app: Flask) -> bytes:
    """Every byte of the instance's files, read by another process.

    Closing a file takes all of this process's POSIX locks on it away, SQLite's too (sqlite.org/howtocorrupt.html, 2.2),
    and the next process to leave the database would then delete the write-ahead log under our feet.
    """
    files = [str(path) for path in Path(app.instance_path).rglob("*") if path.is_file()]
    return subprocess.run(["cat", *files], check=True, capture_output=True).stdout


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """All that is logged, down to DEBUG, as it would reach standard error."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(ValueFreeFormatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@contextmanager
def failing(statement_begins: str, error: Exception) -> Iterator[None]:
    """A statement fails, with the values in the exception's text as databases put them."""

    def fail(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if statement.startswith(statement_begins):
            raise error

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
