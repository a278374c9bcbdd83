"""Scheduler processes for tests, and waiting for what they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import now
from app.core.db import db, writing
from app.mail.models import Message, MessageState
from app.mail.services import retry
from tests.mail.post_office import PostOffice
from tests.server import prepare_process

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 90.0


def environment_of(app: Flask) -> dict[str, str]:
    """What a process needs to know to work on the application's instance and database."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    return {
        **os.environ,
        "LEDTRAD_INSTANCE": app.instance_path,
        "DATABASE_URL": "" if url.startswith("sqlite") else url,
        "LEDTRAD_PUBLIC_URL": app.config["PUBLIC_URL"],
        "LEDTRAD_SMTP_DEADLINE": "3",
        "PYTHONPATH": str(ROOT),
    }


class Process:
    """A scheduler process of the application's instance and database.

    None of its files can grow beyond `largest_file` bytes, as if the disk were full.
    """

    def __init__(self, app: Flask, log: Path, *, largest_file: int | None = None, **variables: str) -> None:
        self._log = log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "tests.mail.worker_process"],
                cwd=ROOT,
                env={**environment_of(app), **variables},
                stderr=output,
                preexec_fn=lambda: prepare_process(largest_file),
            )

    def log(self) -> str:
        return self._log.read_text()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Signal it, and give its exit status."""
        if self.popen.poll() is None:
            self.popen.send_signal(how)
        return self.popen.wait(PATIENCE_SECONDS)


@contextmanager
def processes(app: Flask, folder: Path, count: int, **variables: str) -> Iterator[list[Process]]:
    """Several schedulers, killed at the end."""
    started = [Process(app, folder / f"process-{number}.log", **variables) for number in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.end(signal.SIGKILL)


def by_smtp(office: PostOffice, **more: str) -> dict[str, str]:
    """The settings that send to a post office."""
    return {
        "LEDTRAD_MAIL": "smtp",
        "LEDTRAD_SMTP_HOST": "127.0.0.1",
        "LEDTRAD_SMTP_PORT": str(office.port),
        "LEDTRAD_SMTP_SECURITY": "none",
        **more,
    }


def wait_until(is_so: Callable[[], object], process: Process | None = None, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait, with patience, until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends:
            pytest.fail(f"it did not happen in {seconds} s\n{process.log() if process else ''}\n{_outbox()}")
        time.sleep(0.1)


def works(process: Process) -> None:
    """Wait until a scheduler has begun its work."""
    wait_until(lambda: "works" in process.log(), process)


def let_leases_run_out() -> None:
    """What killed senders held is free after some minutes; make it so now."""
    with writing() as session:
        under_way = Message.state.in_((MessageState.CLAIMED, MessageState.SENDING))
        session.execute(update(Message).where(under_way).values(lease_until=now() - timedelta(hours=1)))


def states_in_a_hurry() -> set[MessageState]:
    """How far the messages have come; what waits for a later try waits no longer."""
    with writing() as session:
        soon = Message.due_at > now()
        session.execute(update(Message).where(Message.state == MessageState.PENDING, soon).values(due_at=now()))
    states = set(db.session.scalars(select(Message.state)))
    db.session.rollback()
    return states


def are_all_sent() -> bool:
    """Whether nothing is left to do."""
    return states_in_a_hurry() == {MessageState.SENT}


def are_all_settled() -> bool:
    """Sent, or twice caught between our commit and the server's answer, which only a person can settle."""
    return states_in_a_hurry() <= {MessageState.SENT, MessageState.UNCERTAIN}


def put_back_what_was_caught_twice() -> int:
    """Between our commit and the server's answer two times over: that is for a person to settle."""
    with writing() as session:
        uncertain = session.scalars(select(Message).where(Message.state == MessageState.UNCERTAIN)).all()
        for message in uncertain:
            retry(message, SimpleNamespace(name="Maj Ek"), now())
    return len(uncertain)


def extra_copies(copies: Mapping[str, int], ids: set[str], kills: int, put_back: int) -> int:
    """How many more than one of each came: no mail is missing, and no more came twice than processes were killed."""
    extra = sum(copies.values()) - len(copies)
    assert set(copies) == ids
    assert extra <= kills
    assert max(copies.values()) <= (3 if put_back else 2)
    assert put_back <= 2 + kills // 20
    return extra


def _outbox() -> str:
    """How far each message has come, for who reads of a failure."""
    columns = (Message.id, Message.state, Message.claims, Message.unknown_outcomes, Message.due_at, Message.lease_until)
    unsent = select(*columns).where(Message.state != MessageState.SENT)
    return "\n".join(str(tuple(map(str, row))) for row in db.session.execute(unsent))
