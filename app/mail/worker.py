"""What makes a process a worker: its senders, its sign of life, and on SQLite the right to be the only one."""

import contextlib
import fcntl
import logging
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.core.ticking import Report
from app.mail.delivery import Sender, transport_of
from app.mail.models import JobRun, Worker

MOST_SENDERS_ON_SQLITE = 2
FORGET_WORKERS_AFTER = timedelta(days=1)
STUCK_AFTER_DEADLINES = 4

log = logging.getLogger(__name__)


class WorkerRunning(Exception):
    """Another scheduler works on this SQLite database already."""

    def __init__(self) -> None:
        super().__init__(
            "A scheduler already works on this SQLite database, which takes only one. "
            "Stop it first, or use PostgreSQL for several."
        )


class SenderStuck(Exception):
    """A sender has been busy with one mail for longer than any dialogue may take."""


def worker_name() -> str:
    """Machine and process, as the health of the house names a worker."""
    return f"{socket.gethostname()}:{os.getpid()}"


@contextlib.contextmanager
def sole_worker(app: Flask) -> Iterator[bool]:
    """Hold the right to be a worker: on SQLite the only one (True), on PostgreSQL one of many (False).

    Raises WorkerRunning where the only one is taken. The system gives the right back however the process ends.
    """
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        yield False
        return
    handle = os.open(f"{url.database}.scheduler", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkerRunning from None
        yield True
    finally:
        os.close(handle)


def beat(name: str, started_at: datetime, reports: Iterable[Report], now: datetime) -> None:
    """Say that this worker lives, and how its jobs went. Forgets workers that have been silent for a day."""
    session = db.session()
    session.merge(Worker(name=name, started_at=started_at, heartbeat_at=now))
    for report in reports:
        session.merge(_run_of(report, session.get(JobRun, report.name)))
    session.execute(sa.delete(Worker).where(Worker.heartbeat_at < now - FORGET_WORKERS_AFTER))


def _run_of(report: Report, before: JobRun | None) -> JobRun:
    failing_since = before.failing_since if before else None
    return JobRun(
        name=report.name,
        started_at=report.started_at,
        duration_ms=report.duration_ms,
        items=report.items,
        error=report.error,
        failing_since=(failing_since or report.started_at) if report.error else None,
        every_seconds=int(report.every.total_seconds()) if report.every else None,
    )


class Senders:
    """The threads that send. They sleep until nudged."""

    def __init__(self, app: Flask) -> None:
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._sent = 0
        count = int(app.config["MAIL_SENDERS"])
        if sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"]).get_backend_name() == "sqlite":
            count = min(count, MOST_SENDERS_ON_SQLITE)
        transports = [transport_of(app) for _ in range(max(count, 1))]
        self._stuck_after_seconds = STUCK_AFTER_DEADLINES * transports[0].deadline_seconds
        self._senders = [Sender(app, transport, is_stopping=self._stopping.is_set) for transport in transports]
        self._nudges = [threading.Event() for _ in self._senders]
        self._threads = [
            threading.Thread(target=self._work, args=pair, name=f"sender-{number}", daemon=True)
            for number, pair in enumerate(zip(self._senders, self._nudges, strict=True), 1)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()
        self.nudge()

    def nudge(self) -> None:
        """Look whether there is something to send."""
        for event in self._nudges:
            event.set()

    def take_count(self) -> int:
        """How many mails have been sent since the last call."""
        with self._guard:
            taken, self._sent = self._sent, 0
        return taken

    def watch(self) -> None:
        """Raise SenderStuck when a sender has died or does not come back from one mail."""
        for thread, sender in zip(self._threads, self._senders, strict=True):
            since = sender.busy_since
            is_late = since is not None and time.monotonic() - since > self._stuck_after_seconds
            if is_late or not thread.is_alive():
                raise SenderStuck(thread.name)

    def stop(self, seconds: float) -> None:
        """Finish the mails in flight, give the others back; wait for that at most so long."""
        self._stopping.set()
        self.nudge()
        ends = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def _work(self, sender: Sender, nudge: threading.Event) -> None:
        while not self._stopping.is_set():
            nudge.wait()
            nudge.clear()
            try:
                sent = sender.send_due()
            except StorageUnavailable as fault:
                log.warning("storage unavailable; mail waits for the next tick", exc_info=fault)
            except Exception:
                log.exception("sending failed; mail waits for the next tick")
            else:
                with self._guard:
                    self._sent += sent


def start_beating(name: str, now: datetime) -> None:
    """The first sign of life, before anything else is done."""
    with writing():
        beat(name, now, (), now)
