"""What the frame of every dashboard page asks for: the menu, what waits, the heartbeat."""

from functools import cache
from typing import Any

from flask import Flask, request

from app.core.clock import now
from app.core.language import local_zone
from app.core.routes import row_number
from app.follow_ups.dues import end_of_day
from app.home import queries
from app.home.heartbeat import heartbeat
from app.home.menu import menu
from app.home.shortcuts import shortcuts


def waiting() -> dict[str, int]:
    """What waits now, steps that are due later today included."""
    moment = now()
    return queries.waiting(moment.astimezone(local_zone()).date(), end_of_day(moment, local_zone()))


def come() -> int:
    """How many enquiries have come since the page last heard, which it says itself; nothing where it does not."""
    heard = request.args.get("heard", type=row_number)
    return 0 if heard is None else queries.come_since(heard)


def initials(name: str) -> str:
    """At most two letters that stand for a name: "Maj Ek" is "ME"."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def init_app(app: Flask) -> None:
    """Lend the words to the templates. The database is asked only where they are used, and once per page."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        words = {"menu": menu, "initials": initials, "shortcuts": shortcuts}
        return {**words, "waiting": cache(waiting), "heartbeat": cache(heartbeat), "come": cache(come)}
