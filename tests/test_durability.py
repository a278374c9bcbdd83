"""Acknowledged means durable: whoever saw "Tack" is stored and gets a mail, whatever is killed, locked or full.

LEDTRAD_KILLS=50 LEDTRAD_MAILS=10000 pytest tests/test_durability.py: how many times everything is killed, and how many
mails are due at once (few, when it does not say).
"""

import http.client
import os
import random
import re
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.models import Enquiry
from app.mail.models import Message, MessageState
from app.mail.services import retry
from app.settings.models import Business
from tests.conftest import BUSINESS
from tests.postgres import address_of, own_database, own_server
from tests.server import Server, free_port
from tests.small_disk import fill, small_disk
from tests.visitors import filled_form, nonce_of

KILLS = int(os.environ.get("LEDTRAD_KILLS", "3"))
MAILS = int(os.environ.get("LEDTRAD_MAILS", "300"))
VISITORS_AT_ONCE = 4
NO_LIMITS = {"ENQUIRIES_PER_ADDRESS": "0", "ENQUIRIES_PER_HOUR": "0"}
DELIVERED_WITHIN_SECONDS = 240 + MAILS / 10
BETWEEN_VISITORS_SECONDS = 0.1
"""Each of them makes two mails more: without a pause they would pile up faster than a busy machine sends."""
MOST_PUT_BACK = 2
MESSAGE = "Rör det sig om veckor eller månader? Jag frågar för Bläsens skull."


@dataclass
class Reply:
    """What came back for a form."""

    status: int
    headers: dict[str, str]
    page: str

    @property
    def kept(self) -> dict[str, str]:
        """The text and the token of the form that was given back."""
        text = re.search(r'<textarea[^>]*name="message"[^>]*>\s*(.*?)</textarea>', self.page, re.DOTALL)
        token = re.search(r'<input[^>]*name="token"[^>]*value="([^"]+)"', self.page)
        assert text, self.page
        assert token, self.page
        return {"message": unescape(text[1]), "token": unescape(token[1])}


def send(server: Server, form: dict[str, str]) -> Reply:
    """Post the form on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "sv"}
        connection.request("POST", "/contact", urlencode(form), kind)
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read().decode())
    finally:
        connection.close()


@dataclass
class Crowd:
    """Visitors who keep sending, each form once, until everything dies around them."""

    server: Server
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    thanked: list[dict[str, str]] = field(default_factory=list)
    left_hanging: list[dict[str, str]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def send_until_killed(self, after: int) -> None:
        """Kill every process at the moment when one more than `after` of this round's visitors have been thanked."""
        goal = len(self.thanked) + after
        senders = [threading.Thread(target=self._keep_sending, args=(goal,)) for _ in range(VISITORS_AT_ONCE)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(60)

    def _keep_sending(self, goal: int) -> None:
        while True:
            with self.guard:
                form = filled_form(self.server.app, next(self.numbers))
            try:
                status = send(self.server, form).status
            except (OSError, http.client.HTTPException):
                with self.guard:
                    self.left_hanging.append(form)
                return
            assert status == 303
            with self.guard:
                self.thanked.append(form)
                if len(self.thanked) > goal:
                    self.server.kill()


class Mailbox:
    """A mail server that remembers whom each mail was for, and its Message-ID."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        found = re.search(rb"^Message-ID:\s*(\S+)", envelope.content, re.IGNORECASE | re.MULTILINE)
        self.received += [(address, found[1].decode()) for address in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database for processes of their own, on SQLite and on PostgreSQL."""
    if database == "sqlite":
        yield ""
    else:
        with own_database(request.getfixturevalue("postgres_url")) as url:
            yield url


@contextmanager
def prepared(instance: Path, database_url: str, **settings: str) -> Iterator[Server]:
    """A server that has not been started, of a business that can send mail."""
    server = Server(instance, database_url, **NO_LIMITS, **settings)
    server.prepare()
    with server.app.app_context(), writing() as session:
        session.execute(sa.update(Business).values(BUSINESS))
    try:
        yield server
    finally:
        server.close()


@pytest.mark.parametrize("transport", ["file", "smtp"])
def test_whoever_was_thanked_is_stored_once_and_gets_a_mail_though_everything_is_killed(
    tmp_path: Path, database_url: str, transport: str
) -> None:
    mailbox, port, chance = Mailbox(), free_port(), random.Random(KILLS)
    settings = {"MAIL": transport, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_SECURITY": "none"}
    with prepared(tmp_path / "instance", database_url, **settings) as server, smtp(mailbox, port):
        crowd = Crowd(server)

        for _ in range(KILLS):
            server.start()
            crowd.send_until_killed(after=chance.randrange(3, 30))
            let_leases_run_out(server)
        server.start()
        second_tries = [send(server, form).status for form in crowd.left_hanging]
        everybody = crowd.thanked + crowd.left_hanging

        assert len(crowd.thanked) > KILLS
        assert second_tries == [303] * len(crowd.left_hanging)
        assert stored_nonces(server) == Counter(nonce_of(server.app, form) for form in everybody)
        put_back = wait_until_sent(server, len(everybody))
        confirmed = mails_in_files(server) if transport == "file" else Counter(mailbox.received)
        copies = confirmations(confirmed, everybody)
        assert set(copies) == {form["email"] for form in everybody}
        assert put_back <= MOST_PUT_BACK
        assert max(copies.values()) <= (1 if transport == "file" else 2 + bool(put_back))
        extra = sum(copies.values()) - len(copies)
        assert extra <= KILLS
        print(f"{KILLS} kills, {len(crowd.thanked)} thanked, 0 lost, 0 stored twice,", end=" ")
        print(f"{extra} mails more than once, {put_back} put back by a person")


def let_leases_run_out(server: Server) -> None:
    """What killed senders held is free after some minutes; at once on SQLite, where nobody else can hold it."""
    if server.database_url:
        with server.app.app_context(), writing() as session:
            held = sa.update(Message).where(Message.lease_until.is_not(None))
            session.execute(held.values(lease_until=now() - timedelta(seconds=1)))


def stored_nonces(server: Server) -> Counter[str]:
    """How often each form's number is in the database."""
    with server.app.app_context():
        stored = Counter(db.session.scalars(sa.select(Enquiry.nonce)))
        db.session.rollback()
        return stored


def mails_in_files(server: Server) -> Counter[tuple[str, str]]:
    """Each mail in the instance's folder, by whom it was for and its Message-ID."""
    return Counter((mail["To"], mail["Message-ID"]) for mail in server.mails())


def confirmations(mails: Counter[tuple[str, str]], forms: list[dict[str, str]]) -> Counter[str]:
    """How many mails each visitor got; a visitor's copies all carry one Message-ID."""
    visitors = {form["email"] for form in forms}
    ids = Counter(address for address, _ in mails if address in visitors)
    assert set(ids.values()) <= {1}
    return Counter({address: copies for (address, _), copies in mails.items() if address in visitors})


def wait_until_sent(server: Server, visitors: int) -> int:
    """Wait for all that is planned; times of later tries come at once. How many a person had to put back in line.

    A mail that was caught twice between our commit and the server's answer may have arrived: that is for a person.
    """
    ends, put_back = time.monotonic() + DELIVERED_WITHIN_SECONDS, 0
    states: Counter[MessageState] = Counter()
    while time.monotonic() < ends:
        with server.app.app_context(), writing() as session:
            uncertain = session.scalars(sa.select(Message).where(Message.state == MessageState.UNCERTAIN)).all()
            for message in uncertain:
                retry(message, SimpleNamespace(name="Maj Ek"), now())
            later = sa.update(Message).where(Message.state == MessageState.PENDING, Message.due_at > now())
            session.execute(later.values(due_at=now()))
            states = Counter(session.scalars(sa.select(Message.state)))
        put_back += len(uncertain)
        if set(states) == {MessageState.SENT} and states[MessageState.SENT] >= visitors:
            return put_back
        time.sleep(0.5)
    raise AssertionError(f"not everything was sent: {states}\n{server.output()[-2000:]}")


@contextmanager
def smtp(mailbox: Mailbox, port: int) -> Iterator[None]:
    """A real mail server on loopback."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def test_the_form_answers_while_all_mails_of_a_day_leave_at_once(tmp_path: Path, database_url: str) -> None:
    mailbox, port = Mailbox(), free_port()
    settings = {"MAIL": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_SECURITY": "none"}
    with prepared(tmp_path / "instance", database_url, **settings) as server, smtp(mailbox, port):
        server.start()
        send(server, filled_form(server.app, 0))
        wait_until_sent(server, 1)

        make_due(server, MAILS)
        begun, answers = time.monotonic(), []
        while are_some_due(server):
            answers.append(send(server, filled_form(server.app, len(answers) + 1)).status)
            time.sleep(BETWEEN_VISITORS_SECONDS)
        wait_until_sent(server, MAILS + len(answers))

        assert len(answers) > 5
        assert answers == [303] * len(answers)
        assert max(Counter(mailbox.received).values()) == 1
        print(f"{MAILS} mails and {len(answers)} visitors in {time.monotonic() - begun:.0f} s: all answered, none lost")


def make_due(server: Server, count: int) -> None:
    """That many mails at once: copies of the first that went, each with a key and a Message-ID of its own."""
    with server.app.app_context(), writing() as session:
        first = dict(session.execute(sa.select(Message.__table__).limit(1)).mappings().one())
        del first["id"]
        fresh = {"state": MessageState.PENDING, "attempts": 0, "sent_at": None, "last_code": None, "due_at": now()}
        copies = [
            {**first, **fresh, "dedupe_key": f"copy:{number}", "message_id": f"<copy.{number}@example.se>"}
            for number in range(count)
        ]
        session.execute(sa.insert(Message), copies)


def are_some_due(server: Server) -> bool:
    """Whether some of those copies still wait."""
    with server.app.app_context():
        waits = Message.dedupe_key.startswith("copy:") & (Message.state == MessageState.PENDING)
        found = db.session.scalar(sa.select(Message.id).where(waits).limit(1))
        db.session.rollback()
        return found is not None


def test_a_locked_database_gives_the_form_back_with_every_word_and_the_same_form_is_taken_afterwards(
    tmp_path: Path, database_url: str
) -> None:
    with prepared(tmp_path / "instance", database_url) as server:
        server.start()
        form = filled_form(server.app, 1, message=MESSAGE)

        with locked(server):
            refused = send(server, form)
        again = send(server, {**form, **refused.kept})

        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.kept["message"] == MESSAGE
        assert again.status == 303
        assert sum(stored_nonces(server).values()) == 1


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Somebody else holds what every write needs, for as long as the block takes."""
    if server.database_url:
        engine = sa.create_engine(server.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text("LOCK TABLE enquiry, contact IN ACCESS EXCLUSIVE MODE"))
            yield
        engine.dispose()
    else:
        connection = sqlite3.connect(server.instance / "ledtrad.sqlite3", isolation_level=None, timeout=10)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
        connection.close()


def test_a_full_disk_gives_the_form_back_and_loses_nobody_who_was_thanked(tmp_path: Path) -> None:
    with prepared(tmp_path / "instance", "") as server:
        database = server.instance / "ledtrad.sqlite3"
        server.start(largest_file=database.stat().st_size + 200_000)
        thanked, refused, unlucky = fill_the_disk(server)
        server.kill()

        server.start()
        again = send(server, {**unlucky, **refused.kept})

        expect_nobody_lost(server, thanked, refused, again, unlucky)


def test_a_full_disk_of_postgres_gives_the_form_back_and_loses_nobody_who_was_thanked(tmp_path: Path) -> None:
    with (
        small_disk() as disk,
        own_server(disk) as postgres,
        prepared(tmp_path / "instance", address_of(postgres)) as server,
    ):
        server.start()
        early = filled_form(server.app, 0)
        first = send(server, early)
        ballast = fill(disk)
        thanked, refused, unlucky = fill_the_disk(server)
        ballast.unlink()
        again = send(server, {**unlucky, **refused.kept})

        assert first.status == 303
        expect_nobody_lost(server, [early, *thanked], refused, again, unlucky)


def expect_nobody_lost(
    server: Server, thanked: list[dict[str, str]], refused: Reply, again: Reply, unlucky: dict[str, str]
) -> None:
    """The form was given back with every word and taken later; nobody else's is missing, and all get their mails."""
    wait_until_sent(server, len(thanked) + 1)
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.kept["message"] == MESSAGE
    assert again.status == 303
    assert stored_nonces(server) == Counter(nonce_of(server.app, form) for form in [*thanked, unlucky])


def fill_the_disk(server: Server) -> tuple[list[dict[str, str]], Reply, dict[str, str]]:
    """Send until there is no room: who was thanked, the first answer that was no thanks, and the form it was for."""
    thanked = []
    for number in range(1, 400):
        form = filled_form(server.app, number, message=MESSAGE)
        reply = send(server, form)
        if reply.status != 303:
            return thanked, reply, form
        thanked.append(form)
    raise AssertionError("the disk never filled up")
