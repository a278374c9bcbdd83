"""A word that stands for what people write about their health: where it may not be, and how it is looked for."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.core.db import db
from app.core.logs import ValueFreeFormatter

WORD = "Kanariefågel"
SPELLINGS = (WORD, "kanarief", "Kanarief%C3%A5gel", "Kanarief=C3=A5gel", "S2FuYXJpZWbDpWdlb")


def has_canary(text: str) -> bool:
    """Whether the word is in the text, plain or as addresses and mails spell it."""
    return any(spelling.casefold() in text.casefold() for spelling in SPELLINGS)


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
