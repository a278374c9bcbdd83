"""Storing a new row at once, and loading one.

SQLAlchemy's unit of work finds out what to write in which order. Where the order is known, as when one letter makes ten
rows, that costs several times what the rows themselves do.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import MANYTOONE, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from app.core.db import Base, db
from app.core.statements import Statement

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of a table once and for all."""

    mapper: Any
    make: Any
    select: Statement
    insert: Statement
    fixed: dict[str, Any]
    """What each column holds when nothing is said."""
    references: tuple[tuple[str, str], ...]
    """(relationship, its column) of whatever points to another row's `id`."""


@cache
def _shape_of(model: type[Base]) -> _Shape:
    mapper = sa.inspect(model)
    table = table_of(model)
    columns = [column for column in table.columns if not column.primary_key]
    references = [
        (relation.key, column.name)
        for relation in mapper.relationships
        if relation.direction is MANYTOONE
        for column in relation.local_columns
    ]
    fixed = {column.name: _default_of(column) for column in columns}
    insert = Statement(sa.insert(table).returning(table.c.id), fixed, fixed)
    select = Statement(sa.select(*columns).where(table.c.id == sa.bindparam("row_id")))
    return _Shape(mapper, mapper.class_manager.new_instance, select, insert, fixed, tuple(references))


@cache
def _update_of(model: type[Base], columns: tuple[str, ...]) -> Statement:
    table = table_of(model)
    return Statement(sa.update(table).where(table.c.id == sa.bindparam("row_id")), columns)


def _default_of(column: sa.Column[Any]) -> Any:
    default = column.default
    return default.arg if isinstance(default, sa.ColumnDefault) else None


def table_of(model: type[Base]) -> sa.Table:
    """The one table of a model."""
    table = model.__table__
    if not isinstance(table, sa.Table):
        raise TypeError(f"{model.__name__} is not one table")
    return table


def plain(model: type[Row], **values: Any) -> Row:
    """A new row for `store`, made as a loaded one is: its constructor would announce every value, one by one."""
    row: Row = _shape_of(model).make()
    row.__dict__.update(values)
    return row


def store(row: Row, **more: Any) -> Row:
    """Insert a new row now, inside `writing()`, with what is `more` to say of it, and give it its `id`.

    For tables with a numbered `id` whose defaults are plain values. What the row points to is stored first. Afterwards
    it is in the session as if it had been loaded, so later changes to it are written as usual.
    """
    row.__dict__.update(more)
    values = values_of(row)
    return adopt(row, values, insert(type(row), values))


def insert(model: type[Base], values: dict[str, Any]) -> int:
    """Insert a new row of which nothing more is needed now than its `id`. Columns left out hold their defaults."""
    ((row_id,),) = _shape_of(model).insert.run(values)
    return int(row_id)


def insert_once(model: type[Base], **values: Any) -> bool:
    """Insert a row now, inside `writing()`. False, and no change, where a key says that it is there already.

    Of several that do so at once, one inserts and the others wait for it.
    """
    new = postgresql_insert(model) if db.engine.dialect.name == "postgresql" else sqlite_insert(model)
    once = new.values(values).on_conflict_do_nothing().returning(*table_of(model).primary_key)
    return db.session.connection().execute(once).first() is not None


def change(row: Base, **values: Any) -> None:
    """Change a stored row now, by `UPDATE`, inside `writing()`."""
    (row_id,) = sa.inspect(row).identity or (None,)
    _update_of(type(row), tuple(values)).run({**values, "row_id": row_id})
    for name, value in values.items():
        set_committed_value(row, name, value)


def load(model: type[Row], row_id: int) -> Row:
    """The row of that `id`, as `session.get_one` gives it: the one that the session has, if it has it."""
    shape = _shape_of(model)
    known = db.session().identity_map.get(shape.mapper.identity_key_from_primary_key((row_id,)))
    if isinstance(known, model):
        return db.session.get_one(model, row_id) if instance_state(known).expired else known
    found = shape.select.run({"row_id": row_id})
    if not found:
        raise NoResultFound(f"no {model.__name__} has the key {row_id}")
    row: Row = shape.make()
    row.__dict__.update(zip(shape.fixed, found[0], strict=True))
    return _take_in(row, row_id)


def values_of(row: Base) -> dict[str, Any]:
    """What a new row holds in each column but its `id`. What it points to is stored first."""
    shape = _shape_of(type(row))
    held = row.__dict__
    values = {name: held.get(name, fixed) for name, fixed in shape.fixed.items()}
    for relation, column in shape.references:
        target = held.get(relation)
        if target is not None:
            if target.id is None:
                db.session.flush()
            values[column] = target.id
    return values


def adopt(row: Row, values: dict[str, Any], row_id: int) -> Row:
    """Take a row that a statement has just inserted with these values into the session, as if it had been loaded."""
    row.__dict__.update(values)
    db.session().info.setdefault("stored", []).append(row)  # forgotten again when `writing()` rolls back
    return _take_in(row, row_id)


def _take_in(row: Row, row_id: int) -> Row:
    session, state = db.session(), instance_state(row)
    row.__dict__["id"] = row_id
    if state.modified:  # its constructor or a setter has announced values
        make_transient_to_detached(row)
        session.add(row)
    else:
        state.key = state.mapper.identity_key_from_primary_key((row_id,))
        state.session_id = session.hash_key
        session.identity_map.add(state)
    return row
