import threading
import time

from flask import Flask

from app.core.db import writing
from app.core.turns import take_turns


def _walk(app: Flask, told: list[str], name: str, *keys: str, first: threading.Event | None = None) -> threading.Thread:
    def walk() -> None:
        with app.app_context(), writing():
            take_turns(*keys)
            told.append(f"{name} in")
            if first:
                first.set()
                time.sleep(0.3)
            told.append(f"{name} out")

    thread = threading.Thread(target=walk)
    thread.start()
    return thread


def test_who_names_the_same_key_waits_until_the_other_has_stored(app: Flask) -> None:
    told: list[str] = []
    inside = threading.Event()

    one = _walk(app, told, "one", "anna", "bo", first=inside)
    inside.wait(10)
    two = _walk(app, told, "two", "bo", "cia")
    for thread in (one, two):
        thread.join(10)

    assert told == ["one in", "one out", "two in", "two out"]


def test_on_postgres_who_names_others_does_not_wait(postgres_app: Flask) -> None:
    told: list[str] = []
    inside = threading.Event()

    one = _walk(postgres_app, told, "one", "anna", first=inside)
    inside.wait(10)
    two = _walk(postgres_app, told, "two", "bo")
    for thread in (one, two):
        thread.join(10)

    assert told == ["one in", "two in", "two out", "one out"]
