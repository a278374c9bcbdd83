"""A database that is locked, or a file of one that is full: most schedulers are real, and so is the mail server."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url, select

from app.core.db import db
from app.core.errors import StorageUnavailable
from app.mail import delivery
from app.mail.delivery import Sender
from app.mail.models import Message, MessageState
from tests.mail.conftest import Clock, Told
from tests.mail.post_office import PostOffice
from tests.mail.processes import (
    Process,
    are_all_sent,
    are_all_settled,
    by_smtp,
    wait_until,
)

Plan = Callable[..., Message]
PlanMany = Callable[..., set[str]]
Start = Callable[..., Process]

MAILS = 120
ROOM = 200_000
"""What is left of the disk, in bytes: enough to begin."""
LOCKED_SECONDS = 6
LOCK = f"""
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep({LOCKED_SECONDS})
connection.execute("ROLLBACK")
"""


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_database_that_somebody_else_locks_costs_time_and_nothing_else(
    app: Flask, plan_many: PlanMany, office: PostOffice, start: Start
) -> None:
    ids = plan_many(MAILS)
    process = start(**by_smtp(office))
    wait_until(lambda: len(office.taken) > MAILS // 10, process)

    _lock_for_a_while(app)
    taken_before = len(office.taken)
    wait_until(are_all_sent, process)

    assert office.ids() == dict.fromkeys(ids, 1)
    assert taken_before < MAILS


def _lock_for_a_while(app: Flask) -> None:
    """Longer than our own waiting; by another process, which knows nothing of our queue of writers."""
    subprocess.run([sys.executable, "-c", LOCK, str(_file_of(app))], check=True, timeout=60, stdout=subprocess.DEVNULL)


def test_a_database_that_is_locked_after_the_dot_is_waited_for(
    app: Flask, plan: Plan, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = plan()
    failures = [StorageUnavailable(), StorageUnavailable()]
    settle = delivery.outbox.settle

    def fail_twice(*args: object) -> bool:
        if failures:
            raise failures.pop()
        return settle(*args)

    monkeypatch.setattr(delivery.outbox, "settle", fail_twice)

    sent = Sender(app, Told(), clock=clock).send_due()
    db.session.rollback()  # the sender has a session of its own: look at its rows anew

    assert (sent, message.state, failures) == (1, "sent", [])


def test_a_sender_that_waits_for_the_database_is_not_stuck(
    app: Flask, plan: Plan, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    seen: list[float | None] = []
    sender = Sender(app, Told(), clock=clock)
    settle = delivery.outbox.settle

    def fail_twice(*args: object) -> bool:
        seen.append(sender.busy_since)
        if len(seen) < 3:
            raise StorageUnavailable
        return settle(*args)

    monkeypatch.setattr(delivery.outbox, "settle", fail_twice)

    sender.send_due()

    begun, later, latest = (moment or 0 for moment in seen)
    assert 0 < begun < later < latest
    assert sender.busy_since is None


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_full_disk_lets_nothing_out_that_is_not_stored_and_all_follows_when_there_is_room(
    app: Flask, plan_many: PlanMany, office: PostOffice, start: Start
) -> None:
    ids = plan_many(MAILS)
    full = start(**by_smtp(office), largest_file=_size_now(app) + ROOM)
    wait_until(lambda: "StorageUnavailable" in full.log(), full)
    time.sleep(2)

    let_out = office.ids()
    began = (MessageState.SENDING, MessageState.SENT)
    stored = set(db.session.scalars(select(Message.message_id).where(Message.state.in_(began))))
    full.end(signal.SIGKILL)
    db.session.rollback()
    wait_until(are_all_settled, start(**by_smtp(office)))

    assert 0 < len(let_out) < MAILS
    assert set(let_out) <= stored
    assert set(office.ids()) == ids
    assert sum(office.ids().values()) <= MAILS + 1


def _size_now(app: Flask) -> int:
    """The size of the database, with the log of its latest writes emptied into it."""
    with db.engine.connect() as connection:
        connection.rollback()
        connection.connection.executescript("PRAGMA wal_checkpoint(TRUNCATE)")  # outside of any transaction
    return _file_of(app).stat().st_size


def _file_of(app: Flask) -> Path:
    return Path(str(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database))
