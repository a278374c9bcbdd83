"""The wake-up: whoever stores a mail that is due tells the scheduler, so that it leaves within a second.

Only a hint. On SQLite it is a byte in a FIFO of the instance folder, written after the commit; on PostgreSQL a NOTIFY
inside the transaction. A hint that is lost costs a tick, never a mail.
"""

import contextlib
import os
import select
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, current_app

from app.core.db import after_commit, db

if TYPE_CHECKING:
    from app.mail.notifications import Listener

NOTIFICATION = "ledtrad_mail"
FIFO_NAME = "wake"


def uses_notifications() -> bool:
    """Whether the database itself carries the hint."""
    return db.engine.dialect.name == "postgresql"


def wake_after_commit() -> None:
    """Wake the scheduler once the write under way is stored. Does nothing where the database carries the hint."""
    if not uses_notifications():
        after_commit(_write_hint)


def _write_hint() -> None:
    with contextlib.suppress(OSError):  # no FIFO, nobody reads it, or it is full of hints already: the tick will do
        handle = os.open(Path(current_app.instance_path) / FIFO_NAME, os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(handle, b"!")
        finally:
            os.close(handle)


class Ear:
    """Hears hints from the moment it is entered. One per scheduler; only `ring` may be called from elsewhere."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._bell = os.pipe()
        os.set_blocking(self._bell[0], False)
        os.set_blocking(self._bell[1], False)
        self._fifo: int | None = None
        self._listener: Listener | None = None

    def __enter__(self) -> "Ear":
        with self._app.app_context():
            if not uses_notifications():
                self._fifo = _open_fifo(Path(self._app.instance_path) / FIFO_NAME)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()
        for handle in (*self._bell, *([] if self._fifo is None else [self._fifo])):
            os.close(handle)

    def ring(self) -> None:
        """End the wait from another thread or a signal handler."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._bell[1], b"!")

    def wait(self, seconds: float) -> None:
        """Return at the next hint or ring, at the latest after `seconds`."""
        if self._fifo is None and self._listener is None:
            self._listen()
        handles = [self._bell[0]]
        handles += [self._fifo] if self._fifo is not None else []
        handles += [self._listener.fileno()] if self._listener is not None else []
        readable, _, _ = select.select(handles, [], [], seconds)
        for handle in readable:
            self._take(handle)

    def _take(self, handle: int) -> None:
        if self._listener is None or handle != self._listener.fileno():
            with contextlib.suppress(BlockingIOError):
                os.read(handle, 4096)
            return
        if not self._listener.take():
            self._hang_up()  # the next wait listens anew

    def _listen(self) -> None:
        from app.mail.notifications import listen  # psycopg, 5 MiB that SQLite does without

        with self._app.app_context():
            self._listener = listen(db.engine, NOTIFICATION)

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _open_fifo(path: Path) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkfifo(path, 0o600)
    # For writing too, so that the last writer's leaving is no end of file.
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)
