"""What things are called on screen: an enum's words (`{{ lead.stage | label }}`, each room has its own in `labels.py`),
and what the owner has named (`{{ plan | named }}`).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from flask import Flask, current_app

from app.core.forms import SelectChoice
from app.core.language import in_language

Labels = Mapping[type[StrEnum], Mapping[Any, Any]]
"""By enum, since equal words of two enums ("other") are one key to a dictionary."""

_KEY = "ledtrad.labels"


def name_words(app: Flask, labels: Labels) -> None:
    """Give the words of enums their labels, which are lazy translations. ValueError where an enum lacks one."""
    for kind, names in labels.items():
        if set(names) != set(kind):
            raise ValueError(f"{kind.__name__} has words without a label, or labels without a word")
        app.extensions[_KEY][kind] = names


def label(word: StrEnum | None) -> str:
    """The word in the language of the page; nothing for None."""
    return "" if word is None else str(current_app.extensions[_KEY][type(word)][word])


def choices(words: Iterable[StrEnum]) -> list[SelectChoice]:
    """Words of an enum with their labels, for a field to choose from."""
    return [SelectChoice(word.value, label(word)) for word in words]


class Named(Protocol):
    """What the owner has named in Swedish, and perhaps in English."""

    name_sv: str
    name_en: str


def name_here(named: Named) -> str:
    """Its name in the language of the page; the Swedish one where it has no English."""
    return in_language(named.name_sv, named.name_en)


def init_app(app: Flask) -> None:
    """Lend `label` and `named` to the templates."""
    app.extensions[_KEY] = {}
    app.jinja_env.filters.update(label=label, named=name_here)
