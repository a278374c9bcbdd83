"""What the lists that the owner keeps have in common: their order."""

from collections.abc import Sequence
from enum import StrEnum


class Direction(StrEnum):
    """Which way a step goes."""

    UP = "up"
    DOWN = "down"

    @property
    def back(self) -> "Direction":
        """What takes the step back."""
        return Direction.DOWN if self is Direction.UP else Direction.UP


def stepped(order: Sequence[int], key: int, direction: Direction) -> list[int]:
    """The keys with one of them a step earlier or later; the same where it is at the end."""
    place = order.index(key)
    rest = [other for other in order if other != key]
    target = max(0, place + (1 if direction is Direction.DOWN else -1))
    return [*rest[:target], key, *rest[target:]]


def later_places(places: Sequence[int]) -> list[int]:
    """The same places, each later than the one before it, where two were equal."""
    found: list[int] = []
    for place in places:
        found.append(max(place, found[-1] + 1) if found else place)
    return found
