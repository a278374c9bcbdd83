"""What an enum's words are called on screen: `{{ lead.stage | label }}`. Each room has its own in `labels.py`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask, current_app

_KEY = "ledtrad.labels"


def name_words(app: Flask, labels: Mapping[Any, Any]) -> None:
    """Give words of enums their labels, which are lazy translations."""
    app.extensions[_KEY].update({(type(word), word.value): text for word, text in labels.items()})


def label(word: StrEnum | None) -> str:
    """The word in the language of the page; nothing for None. A word without a label is a KeyError."""
    return "" if word is None else str(current_app.extensions[_KEY][type(word), word.value])


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Every word of an enum with its label, for a field to choose from."""
    return [(word.value, label(word)) for word in kind]


def init_app(app: Flask) -> None:
    """Lend `label` to the templates."""
    app.extensions[_KEY] = {}
    app.jinja_env.filters["label"] = label
