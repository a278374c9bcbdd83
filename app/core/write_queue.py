"""The queue of writers: first come, first served.

SQLite takes one writer at a time, and its own waiting is unfair (a process can wait for seconds while others pass). So
our writers queue before it: within a process by a ticket, between processes by a lock on a file.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import StorageUnavailable


class FairLock:
    """First come, first served. `acquire` gives up with False after `timeout` seconds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._held = False

    def acquire(self, timeout: float) -> bool:
        with self._guard:
            if not self._held and not self._queue:
                self._held = True
                return True
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():
                return True
            self._queue.remove(turn)
            return False

    def release(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False


class WriteQueue:
    """Lets one writer at a time through: a ticket over threads, a lock on a file beside the database over processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = FairLock()
        self._file: int | None = None
        self._owner = 0

    @contextmanager
    def turn(self, timeout: float) -> Iterator[None]:
        """Wait for our turn; StorageUnavailable when it has not come within `timeout` seconds."""
        ends = time.monotonic() + timeout
        if not self._threads.acquire(timeout):
            raise StorageUnavailable
        try:
            self._lock_file(ends)
            try:
                yield
            finally:
                fcntl.flock(self._handle(), fcntl.LOCK_UN)
        finally:
            self._threads.release()

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
