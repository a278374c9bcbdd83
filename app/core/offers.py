"""What a list's page shows of its conditions: what can be chosen, under its headings, and what is in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core.conditions import Asked, Condition, Way, choices_of, conditions_for, words_of, written
from app.core.filters import kronor, long_day


@dataclass(frozen=True, slots=True)
class Offer:
    """A condition with what can be chosen of it now."""

    condition: Condition
    choices: Mapping[str, Any]


Offers = Sequence[tuple[Any, Sequence[Offer]]]
"""By their headings."""


@dataclass(frozen=True, slots=True)
class InForce:
    """One value that is asked for, in words, and what asks for the rest."""

    words: Any
    rest: dict[str, Any]


def offered(of: str) -> Offers:
    """What can be chosen, by its headings; a condition of which nothing is there yet is left out."""
    groups: dict[str, list[Offer]] = {}
    for condition in conditions_for(of):
        offer = Offer(condition, choices_of(condition))
        if offer.choices or condition.way is not Way.CHOICES:
            groups.setdefault(str(condition.group), []).append(offer)
    return list(groups.items())


def in_force(of: str, asked: Asked) -> list[InForce]:
    """What is asked for, one by one, the words that are searched for aside."""
    conditions = {condition.name: condition for condition in conditions_for(of)}
    return [
        InForce(f"{conditions[name].label}: {_said(conditions[name], value)}", written(asked.without(name, value)))
        for name, values in asked.chosen
        for value in values
    ]


def _said(condition: Condition, value: str) -> Any:
    match condition.way:
        case Way.DAY:
            return long_day(date.fromisoformat(value))
        case Way.KRONOR:
            return kronor(int(value) * 100)
        case Way.CHOICES:
            return words_of(condition, value)


def pieces_of(of: str, asked: Asked) -> dict[str, Any]:
    """What the pieces of `lists/_macros.html` are made from."""
    return {
        "offers": offered(of),
        "chips": in_force(of, asked),
        "wordless": written(replace(asked, words="")),
        "gone": [condition.label for condition in conditions_for(of) if condition.name in asked.gone],
    }
