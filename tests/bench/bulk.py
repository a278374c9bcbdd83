"""Rows by the million: as the product would have stored them, with all the speed that a database has for it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from app.core.clock import now
from app.core.db import db, writing
from app.core.table_sizes import learn_sizes

HASTE = {
    "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"),
    "postgresql": ("SET synchronous_commit=off", "SET maintenance_work_mem='512MB'"),
}
"""What a connection is told that fills a database which nobody would miss."""

Row = dict[str, Any]


@contextmanager
def in_haste(*tables: sa.Table) -> Iterator[None]:
    """Fill these tables without waiting for the disk; their indexes are made at the end, from all that is there."""
    indexes = [index for table in tables for index in table.indexes if not index.unique]
    sa.event.listen(db.engine, "connect", _hasten)
    db.engine.dispose()
    try:
        with writing() as session:
            for index in indexes:
                index.drop(session.connection())
        yield
        with writing() as session:
            for index in indexes:
                index.create(session.connection())
        learn()
    finally:
        sa.event.remove(db.engine, "connect", _hasten)
        db.session.remove()
        db.engine.dispose()


def learn() -> None:
    """Let the database know what its tables hold: SQLite what the scheduler tells it, PostgreSQL what it finds out."""
    if db.engine.dialect.name == "sqlite":
        learn_sizes(now())
        return
    with writing() as session:
        session.execute(sa.text("ANALYZE"))


def store(table: sa.Table, rows: list[Row]) -> None:
    """Store rows that all name the same columns."""
    if not rows:
        return
    connection = db.session.connection()
    columns = [column for column in table.columns if column.name in rows[0] or column.default is not None]
    stored = _as_stored(columns, rows, connection.dialect)
    names = ", ".join(f'"{column.name}"' for column in columns)
    driver: Any = connection.connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", stored)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in stored:
            copy.write_row(row)


def _as_stored(columns: list[sa.Column[Any]], rows: list[Row], dialect: Dialect) -> Iterable[tuple[Any, ...]]:
    """Column by column, as the types of the columns would have written it."""
    return zip(*(_written(column, rows, dialect) for column in columns), strict=True)


def _written(column: sa.Column[Any], rows: list[Row], dialect: Dialect) -> list[Any]:
    write: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    values = [row[column.name] for row in rows] if column.name in rows[0] else [_default(column)] * len(rows)
    return values if write is None else [write(value) for value in values]


def _default(column: sa.Column[Any]) -> Any:
    assert isinstance(column.default, sa.ColumnDefault)
    return column.default.arg


def _hasten(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for words in HASTE[db.engine.dialect.name]:
        cursor.execute(words)
    cursor.close()
    connection.commit()
