"""What can be asked of a list, as a table of conditions that rooms register, and what one address asks of it.

Several values of one condition mean any of them; several conditions mean all of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from app.core.db import at_most, db
from app.core.forms import is_storable
from app.core.money import MOST_ORE, ore_of
from app.core.routes import row_number

FEW = 1000
"""Up to so many rows are named one by one, so that whatever is rare is where the list is entered."""
LONGEST_WORDS = 200
NONE = "none"
"""Stands for rows of which there is nothing to find."""
ME = "me"
"""Stands for whoever asks, also in what is saved and shared."""

Values = tuple[str, ...]
Conditions = list[sa.ColumnElement[bool]]
"""What holds for the rows of a list, all of it."""
Found = sa.ColumnElement[bool] | sa.Select[Any]
"""What one condition finds: what holds for the rows of a list, or the keys of those that are meant."""


class Way(StrEnum):
    """How a condition's values are given."""

    CHOICES = "choices"
    DAY = "day"
    KRONOR = "kronor"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that can be asked of a list: its name in the address, what it is called, and what it finds."""

    name: str
    label: Any
    choices: Callable[[], Mapping[str, Any]]
    """What can be chosen, with the words of each; nothing for a day or an amount, which are typed."""
    found: Callable[[Values, datetime], Found]
    group: Any = ""
    """Under which heading it stands."""
    way: Way = Way.CHOICES
    also_read: Callable[[], Mapping[str, Any]] = dict
    """Values that are understood though none of them is offered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list. Made of texts alone, so that it can be compared, kept and written in an address."""

    words: str = ""
    chosen: tuple[tuple[str, Values], ...] = ()
    """By the names of conditions, in their order."""
    sort: str = ""
    """The list's own order where nothing else is said."""
    is_reversed: bool = False
    user_id: int | None = None
    """Who asks: whom `me` means."""
    gone: Values = ()
    """The conditions that named something which is not there any more. They ask nothing of it."""

    @classmethod
    def asking(cls, **chosen: str | Iterable[str]) -> Self:
        """Ask for values of conditions: `asking(stage="trial", owner=["3", "me"])`."""
        named = ((name, (values,) if isinstance(values, str) else tuple(values)) for name, values in chosen.items())
        return cls(chosen=tuple(named))

    def of(self, name: str) -> Values:
        """The values that are asked of a condition."""
        return dict(self.chosen).get(name, ())

    def without(self, name: str, value: str = "") -> Self:
        """The same without a condition, or without one of its values."""
        left = ((key, tuple(one for one in values if key != name or one != value)) for key, values in self.chosen)
        return replace(self, chosen=tuple((key, values) for key, values in left if values and (value or key != name)))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.words or self.chosen)


AnyAsked = TypeVar("AnyAsked", bound=Asked)


def register(app: Flask, of: str, *conditions: Condition) -> None:
    """Make conditions of a list known, in the order in which they are offered. A name is registered once."""
    known: dict[str, Condition] = app.extensions.setdefault(_key(of), {})
    for condition in conditions:
        if condition.name in known:
            raise ValueError(f"the condition {condition.name} of {of} is registered twice")
        known[condition.name] = condition


def conditions_for(of: str) -> list[Condition]:
    """All that can be asked of a list."""
    return list(current_app.extensions.get(_key(of), {}).values())


def _key(of: str) -> str:
    return f"ledtrad.conditions.{of}"


def choices_of(condition: Condition) -> Mapping[str, Any]:
    """What can be chosen of a condition; read from the database once a request."""
    known: dict[int, Mapping[str, Any]] = g.setdefault("condition_choices", {})
    if id(condition) not in known:  # its own hash would have its label translated
        known[id(condition)] = condition.choices()
    return known[id(condition)]


def words_of(condition: Condition, value: str) -> Any:
    """What a value is called."""
    return choices_of(condition).get(value) or condition.also_read().get(value) or value


def read(
    of: str, query: MultiDict[str, str], kind: type[AnyAsked], sorts: type[StrEnum], user_id: int | None
) -> AnyAsked:
    """What the query of an address asks of a list. What cannot be understood asks nothing."""
    chosen, gone = [], []
    for condition in conditions_for(of):
        if condition.name in query:
            values, is_gone = _read_values(condition, query.getlist(condition.name))
            chosen += [(condition.name, values)] if values else []
            gone += [condition.name] if is_gone else []
    words, order = " ".join(query.get("q", "").split())[:LONGEST_WORDS], query.get("sort", "")
    is_known = order.removeprefix("-") in list(sorts)
    return kind(
        words=words if is_storable(words) else "",
        chosen=tuple(chosen),
        sort=order.removeprefix("-") if is_known else "",
        is_reversed=is_known and order.startswith("-"),
        user_id=user_id,
        gone=tuple(gone),
    )


def written(asked: Asked) -> dict[str, Any]:
    """What `read` reads, as the parts of an address: each with its values, or its one."""
    query: dict[str, Any] = {"q": asked.words} if asked.words else {}
    query |= {name: list(values) for name, values in asked.chosen}
    return {**query, "sort": f"-{asked.sort}" if asked.is_reversed else asked.sort} if asked.sort else query


def _read_values(condition: Condition, given: list[str]) -> tuple[Values, bool]:
    if condition.way is not Way.CHOICES:
        typed = _READERS[condition.way](given[0].strip())
        return ((typed,) if typed else ()), False
    known = {**choices_of(condition), **condition.also_read()}
    values = tuple(value for value in known if value in given)
    return values, any(_is_row(value) for value in given if value not in known)


def _is_row(value: str) -> bool:
    try:
        return row_number(value) > 0
    except ValueError:
        return False


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return ""


def _kronor(typed: str) -> str:
    try:
        ore = ore_of(typed)
    except ValueError:
        return ""
    return str(ore // 100) if ore <= MOST_ORE else ""


_READERS = {Way.DAY: _day, Way.KRONOR: _kronor}


def holds(of: str, asked: Asked, key: InstrumentedAttribute[int], now: datetime) -> Conditions:
    """What holds for the rows that the conditions ask for; `key` is theirs in whatever finds keys.

    Where a condition finds keys it asks the database at once, to enter the list through it where they are few.
    """
    conditions = {condition.name: condition for condition in conditions_for(of)}
    found = []
    for name, values in asked.chosen:
        meant = tuple(str(asked.user_id or 0) if value == ME else value for value in values)
        what = conditions[name].found(meant, now)
        found.append(what if isinstance(what, sa.ColumnElement) else is_among(key, what))
    return found


def is_among(key: InstrumentedAttribute[int], keys: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """The condition that a key is one of those found: of a few, named; of many, asked row by row along the list."""
    few = db.session.scalars(keys.limit(at_most(FEW + 1))).all()
    if len(few) <= FEW:
        return key.in_(few)
    is_meant = keys.whereclause if _are_own(key, keys) else None
    is_meant = _is_there(key, keys) if is_meant is None else is_meant
    return is_meant.is_(sa.true())  # a condition that no planner makes a join


def is_any_of(
    key: InstrumentedAttribute[int], values: Values, found: Mapping[str, sa.Select[Any]], any_at_all: sa.Select[Any]
) -> sa.ColumnElement[bool]:
    """The condition that a key is among what one of the values finds, or, for `none`, among nothing at all."""
    holds_for_one = [is_among(key, found[value]) for value in values if value != NONE]
    if NONE in values:
        holds_for_one.append(is_among(key, sa.select(key).where(~_is_there(key, any_at_all))))
    return sa.or_(*holds_for_one)


def _are_own(key: InstrumentedAttribute[int], keys: sa.Select[Any]) -> bool:
    """Whether the keys are found in the list's own table alone: what is asked of its rows need not look them up."""
    found_in = keys.get_final_froms()
    return keys.column_descriptions[0]["expr"] is key and found_in == [sa.inspect(key.class_).local_table]


def _is_there(key: InstrumentedAttribute[int], keys: sa.Select[Any]) -> sa.Exists:
    """Apart from the tables that the list itself reads, which the keys may be found in, too."""
    (found,) = keys.subquery().c
    return sa.exists().where(found == key)
