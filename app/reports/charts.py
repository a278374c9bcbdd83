"""Bars that lie side by side, of one scale that begins at zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long it is in percent of the longest possible, and the value that it shows."""

    words: str
    percent: int
    value: Any


def bars(counts: Sequence[tuple[str, int]]) -> list[Bar]:
    """The counts as bars, the longest being the whole width."""
    most = max((count for _, count in counts), default=0)
    return [Bar(words, round(100 * count / most) if most else 0, count) for words, count in counts]
