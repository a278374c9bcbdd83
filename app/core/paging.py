"""Long lists in pages that start after a row, not at a number: as quick on page 1000 as on page one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import UtcDateTime, at_most, db
from app.core.forms import is_storable
from app.core.routes import row_number

PAGE_SIZE = 30

AnySelect = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """Sorts by columns that none of the rows of `where` lack, the last of them unique; all in one direction."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    is_descending: bool = False
    where: sa.ColumnElement[bool] | None = None

    def turned(self) -> "Order":
        """The same rows the other way round."""
        return replace(self, is_descending=not self.is_descending)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and what asks for those after them (None where there are none)."""

    rows: Sequence[Any]
    after: str | None


def page_of(query: AnySelect, orders: Sequence[Order], after: str | None = None, size: int = PAGE_SIZE) -> Page:
    """The rows that come after a page, in the orders' order: all of the first, then all of the second.

    An `after` that is damaged, or was made for other orders, gives the first page.
    """
    turn, values = _read(after, orders)
    rows: list[tuple[int, Any]] = []
    for number in range(turn, len(orders)):
        wanted = _in_order(query, orders[number], values if number == turn else None)
        wanted = wanted.limit(at_most(size + 1 - len(rows)))
        rows += ((number, row) for row in db.session.execute(wanted))
        if len(rows) > size:
            return Page([row for _, row in rows[:size]], _write(*rows[size - 1], orders))
    return Page([row for _, row in rows], None)


def _in_order(query: AnySelect, order: Order, values: list[Any] | None) -> AnySelect:
    columns = order.columns
    ways = (column.desc() if order.is_descending else column.asc() for column in columns)
    query = query.add_columns(*columns).order_by(*ways)
    if order.where is not None:
        query = query.where(order.where)
    if values is not None:
        place, end = sa.tuple_(*columns), sa.tuple_(*values, types=[column.type for column in columns])
        query = query.where(place < end if order.is_descending else place > end)
    return query


def _write(number: int, row: Any, orders: Sequence[Order]) -> str:
    values = row[-len(orders[number].columns) :]
    words = [value.isoformat() if isinstance(value, date) else value for value in values]
    return urlsafe_b64encode(json.dumps([number, *words]).encode()).decode().rstrip("=")


def _read(after: str | None, orders: Sequence[Order]) -> tuple[int, list[Any] | None]:
    if not after:
        return 0, None
    try:
        number, *words = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        turn = row_number(str(number))
        columns = orders[turn].columns
        return turn, [_value(word, column) for word, column in zip(words, columns, strict=True)]
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return 0, None


def _value(word: Any, column: InstrumentedAttribute[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        moment = datetime.fromisoformat(word)
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return moment.astimezone(UTC)
    if column.type.python_type is date:
        return date.fromisoformat(word)
    if type(word) is not column.type.python_type:
        raise TypeError("not what this column holds")
    if isinstance(word, int):
        return row_number(str(word))
    if isinstance(word, str) and not is_storable(word):
        raise ValueError("no text that a database can hold")
    return word
