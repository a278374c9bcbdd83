"""A PostgreSQL that is restarted at once or has a full disk: schedulers of their own, with a real mail server.

LEDTRAD_KILLS=40 pytest tests/mail/test_faults_of_postgres.py: how many schedulers are killed meanwhile (a few, when it
does not say).
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, update

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
    extra_copies,
    let_leases_run_out,
    put_back_what_was_caught_twice,
    wait_until,
    works,
)
from tests.postgres import address_of, own_server, restart_at_once, start_again
from tests.server import Server
from tests.small_disk import MEGABYTES, fill, small_disk

PlanMany = Callable[..., set[str]]
Start = Callable[..., Process]

KILLS = int(os.environ.get("LEDTRAD_KILLS", "5"))
MAILS_PER_KILL = 30
RESTARTS = 4
MAILS = 300
AWAY_SECONDS = 6
"""Longer than a sender may be busy with one mail when its deadline is one second."""


@pytest.fixture
def app(postgres: Any, tmp_path: Path) -> Iterator[Flask]:
    """The application on that server."""
    server = Server(tmp_path / "instance", address_of(postgres))
    server.prepare()
    with server.app.app_context():
        with writing() as session:
            session.execute(update(Business).values(BUSINESS))
        yield server.app
    server.close()


class TestRestarts:
    @pytest.fixture
    def postgres(self) -> Iterator[Any]:
        with own_server() as server:
            yield server

    def test_a_database_server_restarted_at_once_and_schedulers_killed_lose_nothing(
        self, postgres: Any, plan_many: PlanMany, office: PostOffice, start: Start
    ) -> None:
        ids: set[str] = set()
        chance = random.Random(KILLS)
        restarted = {KILLS * number // (RESTARTS - 1) for number in range(RESTARTS - 1)}

        for kill in range(KILLS):
            ids |= plan_many(MAILS_PER_KILL, start=kill * MAILS_PER_KILL)
            process = start(**by_smtp(office, LEDTRAD_MAIL_SENDERS="2"))
            works(process)
            time.sleep(chance.uniform(0, 0.3))
            if kill in restarted:
                restart_at_once(postgres)
                time.sleep(chance.uniform(0, 0.3))
            process.end(signal.SIGKILL)
            let_leases_run_out()
        ids |= plan_many(MAILS, start=KILLS * MAILS_PER_KILL)
        last = start(**by_smtp(office))
        works(last)
        restart_at_once(postgres)
        wait_until(are_all_settled, last, 90 + KILLS)
        put_back = put_back_what_was_caught_twice()
        wait_until(are_all_settled, last)

        extra = extra_copies(office.ids(), ids, KILLS, put_back)
        print(f"{RESTARTS} restarts, {KILLS} kills, {len(ids)} mails: 0 lost, {extra} more than once")


class TestFullDisk:
    @pytest.fixture
    def disk(self) -> Iterator[Path]:
        with small_disk() as folder:
            yield folder

    @pytest.fixture
    def postgres(self, disk: Path) -> Iterator[Any]:
        with own_server(disk) as server:
            yield server

    def test_tables_that_cannot_grow_let_nothing_out_that_is_not_stored(
        self, disk: Path, plan_many: PlanMany, office: PostOffice, start: Start
    ) -> None:
        ids = plan_many(MAILS)
        process = start(**by_smtp(office))
        wait_until(lambda: len(office.taken) > MAILS // 10, process)

        ballast = fill(disk)
        wait_until(lambda: "StorageUnavailable" in process.log() and "DiskFull" in process.log(), process)
        time.sleep(2)
        let_out, stored = office.ids(), _stored()
        ballast.unlink()
        wait_until(are_all_sent, process)

        assert 0 < len(let_out) < MAILS
        assert set(let_out) <= stored
        assert office.ids() == dict.fromkeys(ids, 1)

    def test_a_log_that_cannot_be_written_takes_the_server_down_and_all_follows_when_it_is_back(
        self, postgres: Any, disk: Path, plan_many: PlanMany, office: PostOffice, start: Start
    ) -> None:
        ids = plan_many(MAILS)
        process = start(**by_smtp(office, LEDTRAD_SMTP_DEADLINE="1"))
        wait_until(lambda: len(office.taken) > MAILS // 10, process)

        ballast = fill(disk)
        _let_it_panic(postgres)
        wait_until(lambda: "storage unavailable" in process.log(), process)
        time.sleep(AWAY_SECONDS)
        let_out = office.ids()
        ballast.unlink()
        start_again(postgres)
        stored = _stored()
        wait_until(are_all_sent, process)

        assert 0 < len(let_out) < MAILS
        assert set(let_out) <= stored
        assert process.popen.poll() is None
        assert office.ids() == dict.fromkeys(ids, 1)


def _stored() -> set[str]:
    """What had passed its point of no return, as far as the database knows."""
    db.session.rollback()
    gone = Message.state.in_((MessageState.SENDING, MessageState.SENT))
    return set(db.session.scalars(select(Message.message_id).where(gone)))


def _let_it_panic(postgres: Any) -> None:
    """Ask for new files of its log until it finds no room for one, and gives up."""
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection, pytest.raises(psycopg.OperationalError):
        _fill_its_log(connection)


def _fill_its_log(connection: psycopg.Connection[Any]) -> None:
    for _ in range(MEGABYTES):
        connection.execute("SELECT pg_logical_emit_message(true, 'ledtrad', '')")
        connection.execute("SELECT pg_switch_wal()")
