"""Short messages on the next page that is shown."""

from typing import Any

from flask import flash


def toast(words: str, *, undo: str = "") -> None:
    """Say that something is done. `undo` is the address to POST to in order to take it back."""
    message: Any = {"words": words, "undo": undo}  # Flask's session carries any JSON; only its type hint says text
    flash(message)
