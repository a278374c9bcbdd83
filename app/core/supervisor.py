"""Several functions, each in a process of its own, kept alive by one parent until somebody asks them all to stop."""

import ctypes
import gc
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

HEALTHY_AFTER_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


def supervise(children: Mapping[str, Callable[[], None]], *, stop_seconds: float = 10) -> None:
    """Fork a process for each function; return when SIGTERM or SIGINT has come and all of them have ended.

    A child that ends for whatever reason is started again, after a second at first, then after longer and longer
    pauses. It is asked to stop by SystemExit in its main thread, so its `finally` and `with` blocks run; if it has not
    ended after `stop_seconds`, or when the signal comes a second time, it is killed. It stops when the parent dies too.

    Call it in the main thread, with no other thread running: a fork copies locks that other threads hold.
    """
    if threading.active_count() > 1:
        raise RuntimeError("Fork before starting threads.")
    _tidy_memory()
    processes = [Process(name, run) for name, run in children.items()]
    with _lifeline() as lifeline, _signals() as wake:
        _keep_alive(processes, lifeline, wake)
        _stop(processes, wake, stop_seconds)


def pause_after(failures: int) -> int:
    """Seconds to wait before a child that failed this many times in a row starts again."""
    return min(1 << (failures - 1), LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class Pipe:
    """Both ends of a pipe, for tidy closing on either side of a fork."""

    read_end: int
    write_end: int


@dataclass
class Wake:
    """Where signals end up, so that waiting for them and for the next start is one call."""

    pipe: Pipe

    def wait(self, seconds: float | None) -> set[int]:
        """The signals that came, as soon as one has; none when the time ran out."""
        readable, _, _ = select.select([self.pipe.read_end], [], [], seconds)
        return set(os.read(self.pipe.read_end, 512)) if readable else set()


@dataclass
class Process:
    """One child: what it runs, and how that has gone. Moments are seconds of the monotonic clock."""

    name: str
    run: Callable[[], None]
    pid: int | None = None
    exit_code: int = 0
    failures: int = 0
    started_at: float = field(default_factory=time.monotonic)
    due_at: float = field(default_factory=time.monotonic)

    def start(self, lifeline: Pipe, wake: Wake) -> None:
        """Fork. Only the parent returns."""
        sys.stdout.flush()  # or the child would write the same words again
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # until the child has handlers of its own
        pid = os.fork()
        if pid == 0:
            _become_child(self, lifeline, wake)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        self.pid, self.started_at = pid, time.monotonic()

    def reap(self, *, block: bool = False) -> bool:
        """Has it ended? The system then forgets its number, so nothing is sent to a stranger who gets it next."""
        if self.pid is None:
            return True
        pid, status = os.waitpid(self.pid, 0 if block else os.WNOHANG)
        if not pid:
            return False
        self.pid, self.exit_code = None, os.waitstatus_to_exitcode(status)
        return True

    def plan_restart(self) -> None:
        """Count the failure and set the time of the next start."""
        now = time.monotonic()
        self.failures = 1 if now - self.started_at >= HEALTHY_AFTER_SECONDS else self.failures + 1
        pause = pause_after(self.failures)
        self.due_at = now + pause
        log.warning("%s %s; it starts again in %s s", self.name, _ending(self.exit_code), pause)

    def send(self, signal_number: int) -> None:
        """Signal it, if it runs."""
        if self.pid is not None:
            os.kill(self.pid, signal_number)


def _ending(exit_code: int) -> str:
    return f"was ended by {signal.Signals(-exit_code).name}" if exit_code < 0 else f"ended with status {exit_code}"


def _keep_alive(processes: list[Process], lifeline: Pipe, wake: Wake) -> None:
    while True:
        for process in processes:
            if process.pid is None and process.due_at <= time.monotonic():
                process.start(lifeline, wake)
        waiting = [process.due_at for process in processes if process.pid is None]
        came = wake.wait(max(0.0, min(waiting) - time.monotonic()) if waiting else None)
        if came.intersection(STOP_SIGNALS):
            return
        for process in processes:
            if process.pid is not None and process.reap():
                process.plan_restart()


def _stop(processes: list[Process], wake: Wake, stop_seconds: float) -> None:
    deadline = time.monotonic() + stop_seconds
    for process in processes:
        process.send(signal.SIGTERM)
    while (running := [process for process in processes if not process.reap()]) and time.monotonic() < deadline:
        if wake.wait(deadline - time.monotonic()).intersection(STOP_SIGNALS):
            break
    for process in running:
        log.warning("%s did not stop and is killed", process.name)
        process.send(signal.SIGKILL)
        process.reap(block=True)


def _become_child(process: Process, lifeline: Pipe, wake: Wake) -> None:
    """What a fork does instead of returning."""
    status = 1
    try:
        _settle_in(lifeline, wake)
        process.run()
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        log.exception("%s failed", process.name)
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)  # what the parent registered to run at exit is the parent's


def _settle_in(lifeline: Pipe, wake: Wake) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the parent answers it
    signal.signal(signal.SIGTERM, _leave)
    for end in (wake.pipe.read_end, wake.pipe.write_end, lifeline.write_end):
        os.close(end)
    threading.Thread(target=_follow_parent, args=(lifeline.read_end,), name="lifeline", daemon=True).start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _follow_parent(read_end: int) -> None:
    """Stop when the parent has died: nothing is ever written, so the read ends when the only writer is gone."""
    os.read(read_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(1)
    os._exit(1)


def _tidy_memory() -> None:
    """Make what the children will share small, and keep it shared."""
    gc.collect()
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
    if give_back is not None:
        give_back(0)
    gc.freeze()  # a collection in a child would write to, and so copy, every page that it shares with the parent


@contextmanager
def _lifeline() -> Iterator[Pipe]:
    """A pipe whose write end only the parent holds. The system closes it however the parent dies, kill -9 included."""
    pipe = Pipe(*os.pipe())
    try:
        yield pipe
    finally:
        os.close(pipe.read_end)
        os.close(pipe.write_end)


@contextmanager
def _signals() -> Iterator[Wake]:
    """Signals to stop, and news of a child's end, are written to a pipe; afterwards everything is as it was."""
    pipe = Pipe(*os.pipe())
    os.set_blocking(pipe.write_end, False)
    before = {number: signal.signal(number, lambda *_: None) for number in (*STOP_SIGNALS, signal.SIGCHLD)}
    wakeup_before = signal.set_wakeup_fd(pipe.write_end)
    try:
        yield Wake(pipe)
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(pipe.read_end)
        os.close(pipe.write_end)
