"""Everything that an instance still holds, read back column by column, deciphered where it is ciphertext."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.core.db import db


def everything_stored() -> Iterator[tuple[str, str]]:
    """Each value of each row of each table that can hold words, with its column: ("contact.name", "Siv Lund")."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            for column, value in zip(table.columns, row, strict=True):
                if isinstance(value, bytes):
                    yield str(column), value.decode(errors="replace")
                elif isinstance(value, str | dict):
                    yield str(column), str(value)


def columns_with(*words: str) -> list[str]:
    """The columns that hold one of the words, each once."""
    found = (
        column for column, value in everything_stored() if any(word.casefold() in value.casefold() for word in words)
    )
    return list(dict.fromkeys(found))
