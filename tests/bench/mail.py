"""How quickly mail leaves: claims, mails per second beside a bare SMTP loop, and what writers meanwhile wait."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import sqlalchemy as sa
from flask import Flask

from app.core.clock import now
from app.core.db import db, writing
from app.mail.kinds import Kind, register
from app.mail.letters import Letter, write_letter
from app.mail.models import Message, MessageClass, MessageState
from app.mail.outbox import claim
from app.mail.services import queue
from app.mail.smtp import Server as MailServer
from app.mail.smtp import Smtp
from tests.bench.bulk import learn
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading
from tests.mail.conftest import always_wanted, compose
from tests.mail.processes import Process, wait_until, works
from tests.server import free_port

DUE = 100_000
DUE_WORDS = f"{DUE:,}".replace(",", " ")
CLAIMS = 40
AIM_CLAIM_MS = 5
AIM_WRITE_MS = 20
AIM_LEAVES_SECONDS = 1
AIM_RESTART_SECONDS = 3
AIM_PER_SECOND = {"SQLite": (165, 300), "PostgreSQL": (120, 240)}
AIM_DRAINED_MINUTES = {"SQLite": 6, "PostgreSQL": 8}
SCHEDULERS = {"SQLite": ((1, 1), (1, 2)), "PostgreSQL": ((1, 1), (1, 2), (2, 1), (2, 2))}
"""How many processes, and how many senders in each."""


def measure(place: Place, mails: int) -> None:
    """Claims at a full outbox, then rates, then waits."""
    say_heading(f"Mail, {place.database}")
    _measure_claims(_prepared(place))
    app = _prepared(place)
    with _sink() as port:
        _measure_rates(place.database, app, port, place.folder, mails)
        _measure_waits(app, port, place.folder)


def _prepared(place: Place) -> Flask:
    server = place.server()
    server.prepare()
    register(server.app, Kind("test_service", MessageClass.SERVICE, compose, always_wanted))
    return server.app


def _measure_claims(app: Flask) -> None:
    with app.app_context():
        _fill(DUE, now() - timedelta(hours=1))
        took = []
        for _ in range(CLAIMS):
            begun = time.perf_counter()
            with writing():
                batch = claim(now(), 50, timedelta(minutes=5))
            took.append((time.perf_counter() - begun) * 1000)
            assert len(batch) == 50, "a claim took less than it should"
    p50 = median(took)
    what = f"claim of 50 with {DUE_WORDS} due, p50"
    say(Figure(what, f"{p50:.1f} ms", "", f"{AIM_CLAIM_MS} ms", p50 <= AIM_CLAIM_MS))


def _fill(count: int, due_at: datetime) -> None:
    """Plan many at once, as rows."""
    rows = [
        {
            "kind": "test_service",
            "message_class": MessageClass.SERVICE,
            "address": f"n{number}@example.com",
            "template_version": "1",
            "context": {"number": number},
            "dedupe_key": f"bench:{due_at.timestamp()}:{number}",
            "message_id": f"<{due_at.timestamp()}.{number}@example.se>",
            "created_at": due_at,
            "due_at": due_at,
            "expires_at": due_at + timedelta(days=3),
        }
        for number in range(count)
    ]
    with writing() as session:
        session.execute(sa.insert(Message), rows)
    learn()


def _measure_rates(database: str, app: Flask, port: int, folder: Path, mails: int) -> None:
    limit = _bare_rate(app, port, mails)
    aim_one, aim_best = AIM_PER_SECOND[database]
    one, *several = (_drained(app, port, folder, mails, *size) for size in SCHEDULERS[database])
    p99 = quantiles(one.writes_ms, n=100, method="inclusive")[98]
    say(Figure(one.what, f"{one.rate:.0f}/s", f"bare SMTP loop {limit:.0f}/s", f"{aim_one}/s", one.rate >= aim_one))
    say(Figure("  of a processor's time for each", f"{one.cpu_ms:.1f} ms"))
    say(Figure("  a write meanwhile, p99", f"{p99:.1f} ms", "", f"{AIM_WRITE_MS} ms", p99 <= AIM_WRITE_MS))
    for drain in several:
        say(Figure(drain.what, f"{drain.rate:.0f}/s", f"bare SMTP loop {limit:.0f}/s"))
    best = max(drain.rate for drain in (one, *several))
    say(Figure("mails per second, best", f"{best:.0f}/s", "", f"{aim_best}/s", best >= aim_best))
    minutes, aim = DUE / best / 60, AIM_DRAINED_MINUTES[database]
    what = f"{DUE_WORDS} due, drained at that rate"
    say(Figure(what, f"{minutes:.1f} min", "", f"{aim} min", minutes <= aim))


def _bare_rate(app: Flask, port: int, mails: int) -> float:
    """The same letters over one connection, with nothing asked and nothing stored."""
    with app.app_context():
        _fill(1, now() - timedelta(days=1))
        message = db.session.scalars(sa.select(Message)).first()
        assert message is not None
        letter: Letter = write_letter(message)
        with writing() as session:
            session.execute(sa.delete(Message))
    transport = Smtp(MailServer("127.0.0.1", port, "none", "", "", 30.0, "example.se"))
    begun = time.perf_counter()
    for _ in range(mails):
        transport.send(letter, lambda: True)
    took = time.perf_counter() - begun
    transport.rest()
    return mails / took


@dataclass(frozen=True, slots=True)
class Drain:
    """How a full outbox was emptied."""

    what: str
    rate: float
    """Mails per second, from the first to the last."""
    cpu_ms: float
    writes_ms: list[float]
    """How long each write took meanwhile."""


def _drained(app: Flask, port: int, folder: Path, mails: int, count: int, senders: int) -> Drain:
    with app.app_context(), writing() as session:
        session.execute(sa.delete(Message))
    processes = [_scheduler(app, port, folder, senders) for _ in range(count)]
    try:
        for process in processes:
            works(process)
        with app.app_context():
            _fill(mails, now())
        began, writes = _cpu_seconds(processes), []
        while _waiting(app):
            writes.append(_write(app))
            time.sleep(0.02)
        took = _cpu_seconds(processes) - began
    finally:
        for process in processes:
            process.end()
    with app.app_context():
        first, last = db.session.execute(sa.select(sa.func.min(Message.sent_at), sa.func.max(Message.sent_at))).one()
    what = f"mails per second, {count} x {senders} sender{'s' if senders > 1 else ''}"
    return Drain(what, (mails - 1) / (last - first).total_seconds(), took / mails * 1000, writes)


def _cpu_seconds(processes: list[Process]) -> float:
    """What they have used of a processor so far, in their own code and in the system's."""
    ticks = os.sysconf("SC_CLK_TCK")
    stats = [Path(f"/proc/{process.popen.pid}/stat").read_text().rpartition(")")[2].split() for process in processes]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / ticks


def _waiting(app: Flask) -> bool:
    with app.app_context():
        query = sa.select(Message.id).where(Message.state != MessageState.SENT, Message.due_at <= now()).limit(1)
        return db.session.scalar(query) is not None


def _write(app: Flask) -> float:
    """Plan a mail for tomorrow, as an enquiry would; milliseconds."""
    with app.app_context():
        begun = time.perf_counter()
        _plan(now() + timedelta(days=1))
        return (time.perf_counter() - begun) * 1000


def _plan(due_at: datetime) -> int:
    with writing():
        moment = now()
        key = f"bench:{moment.timestamp()}"
        context: dict[str, int | str] = {"number": 1}
        message = queue(
            "test_service",
            address="a@example.com",
            language="sv",
            dedupe_key=key,
            context=context,
            now=moment,
            due_at=due_at,
        )
        assert message is not None
        return message.id


def _measure_waits(app: Flask, port: int, folder: Path) -> None:
    with app.app_context():
        first = _plan(now())
    begun = now()
    process = _scheduler(app, port, folder, 1)
    try:
        restart = (_sent_at(app, first) - begun).total_seconds()
        time.sleep(3)
        took = []
        for _ in range(30):
            with app.app_context():
                planned, moment = _plan(now()), now()
            took.append((_sent_at(app, planned) - moment).total_seconds())
    finally:
        process.end()
    slowest = max(took)
    aim = f"{AIM_LEAVES_SECONDS} s"
    say(Figure("from commit to sent, idle, slowest of 30", f"{slowest:.2f} s", "", aim, slowest <= AIM_LEAVES_SECONDS))
    aim = f"{AIM_RESTART_SECONDS} s"
    say(Figure("from start to the first mail sent", f"{restart:.1f} s", "", aim, restart <= AIM_RESTART_SECONDS))


def _sent_at(app: Flask, message_id: int) -> datetime:
    found: list[datetime] = []

    def is_sent() -> bool:
        with app.app_context():
            found.extend(
                db.session.scalars(
                    sa.select(Message.sent_at).where(Message.id == message_id, Message.sent_at.is_not(None))
                )
            )
        return bool(found)

    wait_until(is_sent)
    return found[0]


def _scheduler(app: Flask, port: int, folder: Path, senders: int) -> Process:
    return Process(
        app,
        folder / f"scheduler-{time.monotonic_ns()}.log",
        LEDTRAD_MAIL="smtp",
        LEDTRAD_SMTP_HOST="127.0.0.1",
        LEDTRAD_SMTP_PORT=str(port),
        LEDTRAD_SMTP_SECURITY="none",
        LEDTRAD_MAIL_SENDERS=str(senders),
    )


@contextmanager
def _sink() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(port)])
    try:
        wait_until(lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
