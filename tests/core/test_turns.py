import threading
from collections.abc import Callable

from flask import Flask

from app.core.db import writing
from app.core.turns import take_turns


def _walk(
    app: Flask, told: list[str], name: str, *keys: str, stays: Callable[[], object] = lambda: None
) -> threading.Thread:
    """Who takes a turn and stays for a while. The first is inside when this returns; others have had time to be."""
    inside = threading.Event()

    def walk() -> None:
        with app.app_context(), writing():
            take_turns(*keys)
            told.append(f"{name} in")
            inside.set()
            stays()
            told.append(f"{name} out")

    thread = threading.Thread(target=walk)
    thread.start()
    inside.wait(0.2 if told else 10)
    return thread


def test_who_names_the_same_key_waits_until_the_other_has_stored(app: Flask) -> None:
    told: list[str] = []
    may_leave = threading.Event()

    one = _walk(app, told, "one", "anna", "bo", stays=lambda: may_leave.wait(10))
    two = _walk(app, told, "two", "bo", "cia")
    may_leave.set()
    for thread in (one, two):
        thread.join(10)

    assert told == ["one in", "one out", "two in", "two out"]


def test_on_postgres_who_names_others_does_not_wait(postgres_app: Flask) -> None:
    told: list[str] = []
    may_leave = threading.Event()

    one = _walk(postgres_app, told, "one", "anna", stays=lambda: may_leave.wait(10))
    _walk(postgres_app, told, "two", "bo").join(10)
    may_leave.set()
    one.join(10)

    assert told == ["one in", "two in", "two out", "one out"]
