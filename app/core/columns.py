"""The columns of a list: which are shown, in which order, and what its heads say of the sorting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from app.core.conditions import Asked, written
from app.core.labels import label

Column = TypeVar("Column", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order that a list can be read in, and whether it begins with what is largest or latest."""

    word: StrEnum
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its words, how the list is sorted by it (as ARIA says it), and what turns that."""

    column: StrEnum
    words: str
    sorted: str = ""
    address: dict[str, Any] | None = None


def read_columns(text: str | None, usual: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that a text names, the first of the usual ones always among them; the usual ones for no text."""
    kind = type(usual[0])
    named = tuple(dict.fromkeys(kind(word) for word in (text or "").split(",") if word in list(kind)))
    if not named:
        return tuple(usual)
    return named if usual[0] in named else (usual[0], *named)


def written_columns(columns: Sequence[StrEnum]) -> str:
    """What `read_columns` reads."""
    return ",".join(columns)


def heads(
    columns: Sequence[StrEnum], sortings: Mapping[Any, Sorting], asked: Asked, usual_order: StrEnum
) -> list[Head]:
    """The heads of the columns, of which those with a sorting lead to it, or to its other way round."""
    current = asked.sort or usual_order
    return [_head(column, sortings.get(column), asked, current) for column in columns]


def _head(column: StrEnum, sorting: Sorting | None, asked: Asked, current: str) -> Head:
    if sorting is None:
        return Head(column, label(column))
    is_current = sorting.word == current
    turned = replace(asked, sort=str(sorting.word), is_reversed=is_current and not asked.is_reversed)
    way = "descending" if sorting.is_descending != asked.is_reversed else "ascending"
    return Head(column, label(column), way if is_current else "", written(turned))


def with_the_rest(columns: Sequence[Column]) -> list[tuple[Column, bool]]:
    """Every column there is, those that are shown first and in their order, and whether it is shown."""
    kind = type(columns[0])
    return [(column, True) for column in columns] + [(column, False) for column in kind if column not in columns]


def moved(order: Sequence[str], move: str) -> list[str]:
    """The order after "up:name" or "down:name"; one that cannot go further, or is not there, stays."""
    way, _, name = move.partition(":")
    result = list(order)
    if name in result:
        here = result.index(name)
        there = min(max(here + {"up": -1, "down": 1}.get(way, 0), 0), len(result) - 1)
        result.insert(there, result.pop(here))
    return result
