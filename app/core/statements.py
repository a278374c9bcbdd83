"""Statements that run again and again, by the shortest way.

SQLAlchemy writes the text and says how values are converted, once for each kind of database. Its own way of running a
statement finds that out anew each time, which costs several times what the database does.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import SelectBase, UpdateBase

from app.core.db import current_connection
from app.core.driver import Row, run

Values = Mapping[str, Any]
Clause = SelectBase | UpdateBase
Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What one kind of database is told, and how values come in and out."""

    text: str
    is_positional: bool
    order: tuple[str, ...]
    into: Mapping[str, Converter]
    out_of: tuple[Converter | None, ...]
    """Empty when the driver's own values will do."""
    defaults: Values
    """Converted already."""

    def bind(self, values: Values) -> Any:
        """The values as the driver takes them. KeyError for one that is neither given nor has a default."""
        into, defaults = self.into, self.defaults
        bound = [
            defaults[name] if name not in values else into[name](values[name]) if name in into else values[name]
            for name in self.order
        ]
        return tuple(bound) if self.is_positional else dict(zip(self.order, bound, strict=True))

    def read(self, rows: list[Row]) -> list[Row]:
        """The driver's rows as SQLAlchemy would give them."""
        if not self.out_of:
            return rows
        return [
            tuple(convert(value) if convert else value for value, convert in zip(row, self.out_of, strict=True))
            for row in rows
        ]


class Statement:
    """One statement with its values left open, to be made once and run in the session's transaction.

    `columns` are those that an INSERT or UPDATE sets; `defaults` the values that need not be given. What the session
    has not written yet is not written first. Rows are plain tuples; a list for `IN` is not possible.
    """

    def __init__(
        self,
        clause: Clause | Callable[[str], Clause],
        columns: Collection[str] | None = None,
        defaults: Values | None = None,
    ) -> None:
        self._clause = clause
        self._columns = columns
        self._defaults = defaults or {}
        self._compiled: dict[str, _Compiled] = {}

    def run(self, values: Values) -> list[Row]:
        """Run it, and give all its rows."""
        connection = current_connection()
        compiled = self._on(connection.dialect)
        return compiled.read(run(connection, compiled.text, compiled.bind(values)))

    def run_each(self, many: Iterable[Values]) -> None:
        """Run it for each of several values; its rows are not wanted."""
        connection = current_connection()
        compiled = self._on(connection.dialect)
        bound = [compiled.bind(values) for values in many]
        if bound:
            run(connection, compiled.text, bound)

    def _on(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            clause = self._clause(dialect.name) if callable(self._clause) else self._clause
            self._compiled[dialect.name] = _compile(clause, dialect, self._columns, self._defaults)
        return self._compiled[dialect.name]


def _compile(clause: Clause, dialect: Dialect, columns: Collection[str] | None, defaults: Values) -> _Compiled:
    compiled = clause.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("not a statement")
    into = {
        name: convert
        for bound, name in compiled.bind_names.items()
        if (convert := bound.type.dialect_impl(dialect).bind_processor(dialect))
    }
    constants = {name: compiled.params[name] for bound, name in compiled.bind_names.items() if not bound.required}
    out_of = tuple(
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in clause.exported_columns
    )
    return _Compiled(
        text=compiled.string,
        is_positional=compiled.positional,
        order=tuple(compiled.positiontup or compiled.bind_names.values()),
        into=into,
        out_of=out_of if any(out_of) else (),
        defaults={
            name: into[name](value) if name in into else value for name, value in {**constants, **defaults}.items()
        },
    )
