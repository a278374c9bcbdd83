"""Long lists in pages that start after a row, not at a number: as quick on page 1000 as on page one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import product
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import UtcDateTime, at_most, db
from app.core.forms import is_storable
from app.core.routes import row_number

PAGE_SIZE = 30
MOST_COUNTED = 10_000
"""Further than this nobody asks how many there are."""

AnySelect = sa.Select[*tuple[Any, ...]]
SomeSelect = TypeVar("SomeSelect", bound=sa.Select[Any])
Part = Sequence[sa.ColumnExpressionArgument[bool]]
"""What holds for some of the rows, such as those of one column of the board."""


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
            last_turn, last = rows[size - 1]
            return Page([row for _, row in rows[:size]], _write(last_turn, last[-len(orders[last_turn].columns) :]))
    return Page([row for _, row in rows], None)


def first_pages(
    query: AnySelect,
    key: InstrumentedAttribute[int],
    parts: Sequence[Part],
    orders: Sequence[Order],
    size: int = PAGE_SIZE,
) -> list[Page]:
    """The first page of each part, as `page_of` would give it, but all of them by one statement.

    Parts and orders speak of the table of `key` alone: what `query` joins to it is looked up for the pages' rows only.
    """
    if not parts:
        return []
    turns = list(product(range(len(parts)), range(len(orders))))
    firsts = sa.union_all(*(_first_keys(key, parts[part], orders[turn], (part, turn), size) for part, turn in turns))
    found = firsts.subquery()
    columns = [column for order in orders for column in order.columns]
    wanted = query.join(found, found.c.key == key).add_columns(found.c.part, found.c.turn, *columns)
    rows: dict[tuple[int, int], list[Any]] = {turn: [] for turn in turns}
    for row in db.session.execute(wanted):
        part, turn = row[-len(columns) - 2 : -len(columns)]
        rows[part, turn].append(row)
    return [_first_page([rows[part, turn] for turn in range(len(orders))], orders, size) for part in range(len(parts))]


def count_of(key: InstrumentedAttribute[int], conditions: Part) -> int:
    """For how many rows the conditions hold, counted no further than one beyond `MOST_COUNTED`."""
    counted = sa.select(key).where(*conditions).limit(at_most(MOST_COUNTED + 1)).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def keys_of(key: InstrumentedAttribute[int], conditions: Part, limit: int) -> Sequence[int]:
    """The keys of the rows for which the conditions hold, the lowest first and no more than `limit`."""
    return db.session.scalars(sa.select(key).where(*conditions).order_by(key).limit(at_most(limit))).all()


def _first_keys(
    key: InstrumentedAttribute[int], part: Part, order: Order, place: tuple[int, int], size: int
) -> sa.Select[tuple[int, int, int]]:
    names = (sa.literal_column(str(number), sa.Integer) for number in place)
    first = _sorted(sa.select(key.label("key")).where(*part), order).limit(at_most(size + 1)).subquery()
    return sa.select(first.c.key, *(number.label(name) for number, name in zip(names, ("part", "turn"), strict=True)))


def _first_page(rows_of_turns: Sequence[list[Any]], orders: Sequence[Order], size: int) -> Page:
    """The rows carry the columns of all orders at their end."""
    found: list[tuple[int, tuple[Any, ...], Any]] = []
    start = -sum(len(order.columns) for order in orders)
    for turn, (order, rows) in enumerate(zip(orders, rows_of_turns, strict=True)):
        end = start + len(order.columns)
        placed = [(turn, tuple(row[start : end or None]), row) for row in rows]
        found += sorted(placed, key=itemgetter(1), reverse=order.is_descending)
        start = end
    after = _write(*found[size - 1][:2]) if len(found) > size else None
    return Page([row for _, _, row in found[:size]], after)


def _in_order(query: AnySelect, order: Order, values: list[Any] | None) -> AnySelect:
    columns = order.columns
    query = _sorted(query.add_columns(*columns), order)
    if values is not None:
        place, end = sa.tuple_(*columns), sa.tuple_(*values, types=[column.type for column in columns])
        query = query.where(place < end if order.is_descending else place > end)
    return query


def _sorted(query: SomeSelect, order: Order) -> SomeSelect:
    query = query.order_by(*(column.desc() if order.is_descending else column.asc() for column in order.columns))
    return query if order.where is None else query.where(order.where)


def _write(turn: int, values: Sequence[Any]) -> str:
    words = [value.isoformat() if isinstance(value, date) else value for value in values]
    return urlsafe_b64encode(json.dumps([turn, *words]).encode()).decode().rstrip("=")


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
