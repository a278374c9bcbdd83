"""Bars of one scale that begins at zero, lying or standing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.reports.cells import Cell, Money, Share

Measured = int | timedelta | Money | Share | None
"""What a bar can be as long as; None has no bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long it is in percent of the longest possible, and what it shows."""

    words: str
    percent: int
    value: Cell
    more: str = ""
    """What else is said of it."""


def bars(values: Sequence[tuple[str, Measured]], most: float | None = None) -> list[Bar]:
    """The values as bars; the longest is the whole width, unless it is said what would be."""
    sizes = [_size(value) for _, value in values]
    whole = most or max(sizes, default=0)
    return [
        Bar(words, round(100 * size / whole) if whole else 0, value)
        for (words, value), size in zip(values, sizes, strict=True)
    ]


def _size(value: Measured) -> float:
    match value:
        case timedelta():
            return value.total_seconds()
        case Money():
            return value.ore
        case Share():
            return value.value
        case _:
            return value or 0
