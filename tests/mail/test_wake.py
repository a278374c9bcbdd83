import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask

from app.core.db import writing
from app.mail.kinds import Kind
from app.mail.models import Message
from app.mail.services import queue
from app.mail.wake import Ear
from tests.conftest import NOW

Plan = Callable[..., Message]
LONG_SECONDS = 20.0
SILENCE_SECONDS = 1.0
HINTS = 20


def _later(action: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(0.3, action)
    timer.start()
    return timer


def test_a_stored_mail_wakes_whoever_listens(app: Flask, plan: Plan) -> None:
    with Ear(app) as ear:
        ear.wait(0.01)
        started = time.monotonic()
        plan()
        ear.wait(LONG_SECONDS)

    assert time.monotonic() - started < LONG_SECONDS / 2


def test_a_mail_that_is_rolled_back_wakes_nobody(app: Flask, kinds: dict[str, Kind]) -> None:
    def cause() -> None:
        with writing():
            queue("test_service", address="a@example.com", language="sv", dedupe_key="k", context={}, now=NOW)
            raise ZeroDivisionError

    with Ear(app) as ear:
        ear.wait(0.01)
        with pytest.raises(ZeroDivisionError):
            cause()
        started = time.monotonic()
        ear.wait(0.5)

    assert time.monotonic() - started >= 0.4


def test_a_mail_stored_while_nobody_listens_costs_nothing(app: Flask, plan: Plan) -> None:
    assert plan().state == "pending"


def test_the_bell_ends_the_wait(app: Flask) -> None:
    with Ear(app) as ear:
        timer = _later(ear.ring)
        started = time.monotonic()
        ear.wait(LONG_SECONDS)
        timer.join()

    assert time.monotonic() - started < LONG_SECONDS / 2


def test_hints_do_not_pile_up(app: Flask, plan: Plan) -> None:
    with Ear(app) as ear:
        ear.wait(0.01)
        for number in range(HINTS):
            plan(number)
        cut_short = _waits_cut_short(ear)

    assert 1 <= cut_short < HINTS / 2  # a busy server may bring the last ones a moment later


def _waits_cut_short(ear: Ear) -> int:
    """How many waits in a row a hint ends."""
    for number in range(HINTS):
        started = time.monotonic()
        ear.wait(SILENCE_SECONDS)
        if time.monotonic() - started >= 0.9 * SILENCE_SECONDS:
            return number
    return HINTS
