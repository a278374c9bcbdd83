"""Rows that change hands when two contacts become one: found by the foreign keys, moved, taken out and put back.

Nothing here knows a room above: whatever points to a contact says so itself, in the metadata.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.contacts.models import ContactTerm
from app.core.db import Base, UtcDateTime, db
from app.core.rows import table_of

Row = dict[str, Any]

WRITTEN_ANEW = {table_of(ContactTerm).name}
"""Tables that follow from the others, and are not moved."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A column that points to a contact, or to a subject."""

    table: sa.Table
    column: sa.Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def keys(self) -> list[sa.Column[Any]]:
        """What tells its rows apart, besides whom they point to."""
        return [column for column in self.table.primary_key if column is not self.column]


def pointers_to(target: str) -> list[Pointer]:
    """Every column that points to the table of that name, but those of tables that are written anew."""
    return [
        Pointer(table, key.parent)
        for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name)
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table.name == target and table.name not in WRITTEN_ANEW
    ]


def move(pointer: Pointer, old: int, new: int, keys: Iterable[list[Any]] | None = None) -> list[list[Any]]:
    """Let the rows that point to the old one point to the new one, all of them or those of these keys; gives theirs."""
    moved = sa.update(pointer.table).where(pointer.column == old).values({pointer.column: new})
    if keys is not None:
        moved = moved.where(_has_key(pointer, keys))
    rows = db.session.execute(moved.returning(*pointer.keys).execution_options(synchronize_session=False))
    return sorted(list(row) for row in rows)


def _has_key(pointer: Pointer, keys: Iterable[list[Any]]) -> sa.ColumnElement[bool]:
    (column,) = pointer.keys
    return column.in_([key for (key,) in keys])


def take_out(table: sa.Table, *which: sa.ColumnElement[bool]) -> list[Row]:
    """Delete these rows, and give them as JSON can hold them."""
    rows = db.session.execute(sa.select(table).where(*which).order_by(*table.primary_key)).mappings().all()
    db.session.execute(sa.delete(table).where(*which).execution_options(synchronize_session=False))
    return [as_json(row) for row in rows]


def put_back(table: sa.Table, row: Row) -> int | None:
    """Insert a row that was taken out, and give its key.

    A key that has been given to another row since is replaced; no row comes back that points to what has gone and that
    it cannot be without, or that is there again in all that tells it apart.
    """
    values = {column.name: _from_json(column, row[column.name]) for column in table.columns if column.name in row}
    values |= {
        key.parent.name: None
        for key in table.foreign_keys
        if key.ondelete == "SET NULL" and not _is_there(key, values[key.parent.name])
    }
    if not all(_is_there(key, values[key.parent.name]) for key in table.foreign_keys) or _is_told_apart(table, values):
        return None
    if "id" in table.columns and _is_there_already(table, [table.c.id], values):
        del values["id"]
    stored = db.session.execute(sa.insert(table).values(values).returning(*table.primary_key)).one()
    return int(stored[0])


def _is_there(key: sa.ForeignKey, value: Any) -> bool:
    return value is None or db.session.scalar(sa.select(sa.exists().where(key.column == value))) is True


def _is_told_apart(table: sa.Table, values: Row) -> bool:
    """Whether a row is there that a key, other than a number of its own, forbids a second of."""
    uniques = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
    wholes = [list(one.columns) for one in uniques]
    return any(_is_there_already(table, whole, values) for whole in wholes if whole != [table.c.get("id")])


def _is_there_already(table: sa.Table, columns: list[sa.Column[Any]], values: Row) -> bool:
    same = (column == values[column.name] for column in columns)
    return db.session.scalar(sa.select(sa.exists().where(*same).select_from(table))) is True


def as_json(row: Mapping[Any, Any]) -> Row:
    """The row as JSON can hold it: days and moments in ISO 8601."""
    return {str(name): value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def from_json(table: sa.Table, row: Row) -> Row:
    """The values of some columns as they were."""
    return {name: _from_json(table.c[name], value) for name, value in row.items()}


def _from_json(column: sa.Column[Any], value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, sa.Date) else value
