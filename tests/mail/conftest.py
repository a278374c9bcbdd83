"""A kind of mail for each class, and a short way to plan one."""

import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.clock import now
from app.core.db import writing
from app.mail.kinds import Button, Kind, MailText, register
from app.mail.letters import Letter
from app.mail.marketing import consent_is_known_by
from app.mail.models import Message, MessageClass
from app.mail.outcomes import Outcome, Result
from app.mail.services import queue
from app.mail.transports import MayGo
from tests.conftest import NOW
from tests.mail.post_office import PostOffice, open_office
from tests.mail.processes import Process


def compose(message: Message) -> MailText:
    return MailText(
        subject="Vi har fått din förfrågan",
        paragraphs=(
            f"Tack. Ditt ärende har nummer {message.context['number']}.",
            "Vi svarar inom en arbetsdag.",
        ),
        button=Button("Öppna din sida", "https://ledtrad.example.se/p/abc"),
        closing=("Väntade du dig inte det här? Då behöver du inte göra något.",),
    )


def always_wanted(_message: Message) -> None:
    return None


@pytest.fixture
def kinds(app: Flask) -> Iterator[dict[str, Kind]]:
    """Kinds named `test_service`, `test_marketing` and `test_internal`, gone after the test.

    Everybody has consented to marketing.
    """
    registered: dict[str, Kind] = app.extensions.setdefault("ledtrad.mail_kinds", {})
    before = dict(registered)
    consent_before = app.extensions["ledtrad.marketing_consent"]
    consent_is_known_by(app, lambda _message: True)
    for message_class in MessageClass:
        register(app, Kind(f"test_{message_class}", message_class, compose, always_wanted))
    yield registered
    registered.clear()
    registered.update(before)
    consent_is_known_by(app, consent_before)


@pytest.fixture
def plan(kinds: dict[str, Kind]) -> Callable[..., Message]:
    """Queues one mail and commits; `plan(3)` has the dedupe key `test:3`."""

    def plan_one(
        number: int = 1,
        *,
        kind: str = "test_service",
        address: str = "anna@example.com",
        now: datetime = NOW,
        **more: Any,
    ) -> Message:
        with writing():
            message = queue(
                kind,
                address=address,
                language="sv",
                dedupe_key=f"test:{number}",
                context={"number": number},
                now=now,
                **more,
            )
        assert message is not None
        return message

    return plan_one


@pytest.fixture
def plan_many(kinds: dict[str, Kind]) -> Callable[..., set[str]]:
    """Queues many mails that are due, in one commit, and gives their Message-IDs; the first has number `start`."""

    def plan_all(count: int, *, start: int = 0, **more: Any) -> set[str]:
        moment = now()
        with writing():
            messages = [
                queue(
                    "test_service",
                    address=f"n{number}@example.com",
                    language="sv",
                    dedupe_key=f"many:{number}",
                    context={"number": number},
                    now=moment,
                    **more,
                )
                for number in range(start, start + count)
            ]
            return {message.message_id for message in messages if message is not None}

    return plan_all


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server on loopback."""
    with open_office() as opened:
        yield opened


@pytest.fixture
def start(app: Flask, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts a scheduler; all are gone after the test."""
    started: list[Process] = []

    def start_one(**variables: Any) -> Process:
        process = Process(app, tmp_path / f"{len(started)}.log", **variables)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.end(signal.SIGKILL)


class Clock:
    """The moment, as the test sets it."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **length: float) -> None:
        """Let time go by: `pass_by(minutes=5)`."""
        self.moment += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Told:
    """A way out that ends as it is told for each address, and otherwise takes everything."""

    name = "smtp"
    deadline_seconds = 60.0

    def __init__(self, **results: Result) -> None:
        self.results = results
        self.sent: list[str] = []
        self.before_commit: Callable[[], None] = lambda: None

    def send(self, letter: Letter, may_go: MayGo) -> Result:
        told = self.results.get(letter.recipient.partition("@")[0], Result(Outcome.ACCEPTED, 250, "OK"))
        if told.outcome not in (Outcome.ACCEPTED, Outcome.UNKNOWN):
            return told
        self.before_commit()
        if not may_go():
            return Result(Outcome.STOPPED)
        self.sent.append(letter.recipient)
        return told

    def seconds_left(self) -> float:
        return 60.0

    def rest(self) -> None:
        """Nothing is held open."""
