"""The queue of writers: first come, first served.

SQLite takes one writer at a time, and its own waiting is unfair (a process can wait for seconds while others pass). So
our writers queue before it: within a process by a ticket, between processes by a lock on a file.

To make a commit durable takes longer than to write a few rows. Writers that are willing to (`together`) and come while
others are at it join one batch: each in a savepoint of its own, made durable by one commit, of which all are told.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from app.core.errors import StorageUnavailable

MOST_TOGETHER = 16
"""Writers in one batch: the first waits for the last."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    """One who waits."""

    turn: threading.Event
    joins: bool


class FairLock:
    """First come, first served. `acquire` gives up with False after `timeout` seconds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[_Ticket] = deque()
        self._held = False

    def acquire(self, timeout: float, *, joins: bool = False) -> bool:
        with self._guard:
            if not self._held and not self._queue:
                self._held = True
                return True
            ticket = _Ticket(threading.Event(), joins)
            self._queue.append(ticket)
        if ticket.turn.wait(timeout):
            return True
        with self._guard:
            if ticket.turn.is_set():
                return True
            self._queue.remove(ticket)
            return False

    def release(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().turn.set()
            else:
                self._held = False

    def hand_over(self) -> bool:
        """Release it to the next in the queue if that one joins; otherwise it stays ours, and the answer is False."""
        with self._guard:
            if not self._queue or not self._queue[0].joins:
                return False
            self._queue.popleft().turn.set()
            return True


class Batch:
    """What several writers store with one commit, on one connection that goes from hand to hand."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.size = 0
        self._ended = threading.Event()
        self._failure: BaseException | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the transaction still stands; SQLite itself ends it at some faults, such as a full disk."""
        if self.connection.invalidated:
            return False
        driver: Any = self.connection.connection.driver_connection
        return bool(driver.in_transaction)

    def end(self) -> None:
        """Commit, and let everybody know how that went."""
        try:
            with self.connection:
                self._commit()
        except BaseException as error:
            self._failure = error
        finally:
            self._ended.set()

    def _commit(self) -> None:
        try:
            if not self.is_whole:
                raise StorageUnavailable
            self.connection.commit()
        except BaseException:
            self.connection.invalidate()  # to close it is to roll back, whatever state it is in
            raise

    def wait(self) -> None:
        """Return once it is durable; StorageUnavailable when nothing of it was stored."""
        self._ended.wait()
        if self._failure is not None:
            raise StorageUnavailable from self._failure


class WriteQueue:
    """Lets one writer at a time through: a ticket over threads, a lock on a file beside the database over processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = FairLock()
        self._batch: Batch | None = None
        self._file: int | None = None
        self._owner = 0

    @contextmanager
    def turn(self, timeout: float) -> Iterator[None]:
        """Wait for our turn; StorageUnavailable when it has not come within `timeout` seconds."""
        self._enter(timeout, joins=False)
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def turn_together(self, timeout: float, begin: Callable[[], Connection]) -> Iterator[Connection]:
        """The same with a connection to write on, in a savepoint that has ended with the block.

        Who finds no batch to join begins a transaction for one. The block returns when that is durable, and raises
        StorageUnavailable when it could not be made so.
        """
        self._enter(timeout, joins=True)
        batch, self._batch = self._batch, None
        try:
            batch = batch or Batch(begin())
        except BaseException:
            self._leave()
            raise
        try:
            yield batch.connection
        finally:
            self._leave_to_the_next(batch)
            batch.wait()

    def _enter(self, timeout: float, *, joins: bool) -> None:
        ends = time.monotonic() + timeout
        if not self._threads.acquire(timeout, joins=joins):
            raise StorageUnavailable
        if self._batch is None:
            try:
                self._lock_file(ends)
            except BaseException:
                self._threads.release()
                raise

    def _leave(self) -> None:
        try:
            fcntl.flock(self._handle(), fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _leave_to_the_next(self, batch: Batch) -> None:
        batch.size += 1
        if batch.size < MOST_TOGETHER and batch.is_whole:
            self._batch = batch
            if self._threads.hand_over():
                return
            self._batch = None
        try:
            batch.end()
        finally:
            self._leave()

    def _handle(self) -> int:
        if self._file is None or self._owner != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._owner = os.getpid()
        return self._file

    def _lock_file(self, ends: float) -> None:
        while True:
            try:
                fcntl.flock(self._handle(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > ends:
                    raise StorageUnavailable from None
                time.sleep(0.0005)
            else:
                return
