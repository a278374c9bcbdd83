"""What the frame of every dashboard page asks for: the menu, what waits, the heartbeat."""

from typing import Any

from flask import Flask, g

from app.core.clock import now
from app.home import queries
from app.home.heartbeat import heartbeat
from app.home.menu import has_page, menu


def waiting() -> dict[str, int]:
    """`queries.waiting`, asked once per request."""
    if "waiting" not in g:
        g.waiting = queries.waiting(now())
    found: dict[str, int] = g.waiting
    return found


def initials(name: str) -> str:
    """At most two letters that stand for a name: "Maj Ek" is "ME"."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def init_app(app: Flask) -> None:
    """Lend the words to the templates; each asks the database only where it is called."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"menu": menu, "has_page": has_page, "waiting": waiting, "heartbeat": heartbeat, "initials": initials}
