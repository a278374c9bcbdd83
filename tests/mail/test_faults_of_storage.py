"""Databases that are locked, full, or gone for a moment: a scheduler in a process of its own, with a real mail server.

A full disk is tried where the database is a file of ours; PostgreSQL's disk is its own server's business.
"""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url, select, update

from app.core.db import db, writing
from app.mail.models import Message, MessageState
from app.settings.models import Business
from tests.conftest import BUSINESS
from tests.mail.post_office import PostOffice
from tests.mail.processes import (
    Process,
    are_all_sent,
    are_all_settled,
    by_smtp,
    let_leases_run_out,
    wait_until,
    works,
)
from tests.postgres import address_of, own_server, restart_at_once
from tests.server import Server

PlanMany = Callable[..., set[str]]
Start = Callable[..., Process]

MAILS = 120
RESTARTS = 4
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


class TestRestarts:
    @pytest.fixture
    def postgres(self) -> Iterator[Any]:
        with own_server() as server:
            yield server

    @pytest.fixture
    def app(self, postgres: Any, tmp_path: Path) -> Iterator[Flask]:
        """The application on that server."""
        server = Server(tmp_path / "instance", address_of(postgres))
        server.prepare()
        with server.app.app_context():
            with writing() as session:
                session.execute(update(Business).values(BUSINESS))
            yield server.app
        server.close()

    def test_a_database_server_restarted_at_once_and_schedulers_killed_lose_nothing(
        self, postgres: Any, plan_many: PlanMany, office: PostOffice, start: Start
    ) -> None:
        ids: set[str] = set()
        chance = random.Random(RESTARTS)

        for number in range(RESTARTS):
            ids |= plan_many(MAILS, start=number * MAILS)
            process = start(**by_smtp(office, LEDTRAD_MAIL_SENDERS="2"))
            works(process)
            time.sleep(chance.uniform(0, 0.5))
            restart_at_once(postgres)
            time.sleep(chance.uniform(0, 0.5))
            process.end(signal.SIGKILL)
            let_leases_run_out()
        ids |= plan_many(MAILS, start=RESTARTS * MAILS)
        last = start(**by_smtp(office))
        works(last)
        restart_at_once(postgres)
        wait_until(are_all_settled, last)

        copies = office.ids()
        unsent = set(db.session.scalars(select(Message.message_id).where(Message.state == MessageState.UNCERTAIN)))
        assert set(copies) | unsent == ids
        assert len(unsent) <= 2
        assert sum(copies.values()) - len(copies) <= 2 * RESTARTS
        assert max(copies.values()) <= 2
