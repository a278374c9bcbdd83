"""What an enum's words are called on screen: `{{ lead.stage | label }}`. Each room has its own in `labels.py`."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the published types lag behind 3.3

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


def init_app(app: Flask) -> None:
    """Lend `label` to the templates."""
    app.extensions[_KEY] = {}
    app.jinja_env.filters["label"] = label
