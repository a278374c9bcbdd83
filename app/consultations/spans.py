"""Spans of time, each from its start until just before its end: one that ends when another starts does not touch it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

Span: TypeAlias = tuple[datetime, datetime]
Point = TypeVar("Point", int, datetime)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1) // MICROSECOND


def number_of(moment: datetime) -> int:
    """The microseconds since 1970, so that nothing is ever rounded. ValueError for a moment without a zone."""
    try:
        return (moment - EPOCH) // MICROSECOND
    except TypeError as error:
        raise ValueError("a moment needs a time zone") from error


def moment_at(number: int) -> datetime:
    """The moment, in UTC, of that many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=number)


def merged(spans: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """The same time in order, what overlaps or meets made one. A span that does not end after its start is none."""
    whole: list[tuple[Point, Point]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole
