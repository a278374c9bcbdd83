"""Real processes, real signals: each test starts a parent of its own and looks at what is left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from app.core.supervisor import Process, pause_after, supervise

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
FOREVER_SECONDS = 600.0

PARENT = """
import os, signal, sys, time
from pathlib import Path
from app.core.supervisor import supervise

diary = Path(sys.argv[1])

def note(words):
    with diary.open("a") as file:
        file.write(f"{words} {os.getpid()}\\n")

def work():
    note("work")
    try:
        while True:
            time.sleep(60)
    finally:
        note("tidy")

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("deaf")
    while True:
        time.sleep(60)

def broken():
    note("broken")
    raise ValueError("no such luck")

print("once")
supervise({name: globals()[name] for name in sys.argv[3:]}, stop_seconds=float(sys.argv[2]))
print("after")
"""


class Parent:
    """A supervising process, and the diary in which its children write."""

    def __init__(self, diary: Path, *children: str, stop_seconds: float = 10) -> None:
        self.diary = diary
        command = [sys.executable, "-c", PARENT, str(diary), str(stop_seconds), *children]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
        )
        for child in children:
            self.pids_of(child, 1)

    def pids_of(self, words: str, count: int) -> list[int]:
        """The processes that wrote these words, once so many have."""
        return eventually(lambda: pids if len(pids := self._pids(words)) >= count else [])

    def _pids(self, words: str) -> list[int]:
        lines = self.diary.read_text().splitlines() if self.diary.exists() else []
        return [int(line.split()[1]) for line in lines if line.split()[0] == words]

    def ends(self) -> tuple[int, str, str]:
        """Its exit status and all that it wrote."""
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err

    def remove(self) -> None:
        """Leave nothing running, however the test went."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE_SECONDS)


def eventually(look: Callable[[], T]) -> T:
    """What the look gives as soon as it is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return seen


def is_running(pid: int) -> bool:
    """Does it run? A dead one that nobody has waited for yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Parent]]:
    """Starts a parent with the children named; removes all of them after the test."""
    parents = []

    def start(*children: str, stop_seconds: float = 10) -> Parent:
        parents.append(Parent(tmp_path / "diary", *children, stop_seconds=stop_seconds))
        return parents[-1]

    yield start
    for parent in parents:
        parent.remove()


def test_a_killed_child_is_started_again_and_its_sibling_left_alone(start: Callable[..., Parent]) -> None:
    parent = start("work", "deaf")
    [worker] = parent.pids_of("work", 1)
    [sibling] = parent.pids_of("deaf", 1)

    os.kill(worker, signal.SIGKILL)

    _, again = parent.pids_of("work", 2)
    assert again != worker
    assert is_running(again)
    assert parent.pids_of("deaf", 1) == [sibling]
    assert is_running(sibling)


def test_sigterm_lets_every_child_tidy_up_and_ends_well(start: Callable[..., Parent]) -> None:
    parent = start("work", "work")
    parent.process.send_signal(signal.SIGTERM)

    assert parent.ends() == (0, "once\nafter\n", "")
    assert parent.pids_of("tidy", 1) == parent.pids_of("work", 1)


def test_ctrl_c_in_a_terminal_stops_all_without_a_traceback(start: Callable[..., Parent]) -> None:
    parent = start("work")

    os.killpg(parent.process.pid, signal.SIGINT)  # a terminal signals the children too

    assert parent.ends() == (0, "once\nafter\n", "")
    assert parent.pids_of("tidy", 1) == parent.pids_of("work", 1)


def test_children_of_a_killed_parent_are_soon_gone_too(start: Callable[..., Parent]) -> None:
    parent = start("work", "deaf")
    children = parent.pids_of("work", 1) + parent.pids_of("deaf", 1)

    parent.process.kill()

    eventually(lambda: not any(is_running(pid) for pid in children))
    assert parent.pids_of("tidy", 1) == parent.pids_of("work", 1)


def test_a_child_that_does_not_stop_in_time_is_killed(start: Callable[..., Parent]) -> None:
    parent = start("deaf", stop_seconds=0.2)
    [deaf] = parent.pids_of("deaf", 1)

    parent.process.terminate()
    status, _, err = parent.ends()

    assert status == 0
    assert "deaf did not stop and is killed" in err
    assert not is_running(deaf)


def test_a_second_signal_does_not_wait(start: Callable[..., Parent]) -> None:
    parent = start("deaf", "work", stop_seconds=FOREVER_SECONDS)
    parent.process.terminate()
    parent.pids_of("tidy", 1)

    parent.process.terminate()

    assert parent.ends()[0] == 0
    assert not is_running(parent.pids_of("deaf", 1)[0])


def test_a_failing_child_is_tried_again_and_says_why(start: Callable[..., Parent]) -> None:
    parent = start("broken")
    parent.pids_of("broken", 2)
    parent.process.terminate()

    status, out, err = parent.ends()

    assert (status, out) == (0, "once\nafter\n")
    assert "broken failed" in err
    assert "ValueError: no such luck" in err
    assert "broken ended with status 1; it starts again in 1 s" in err


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (10_000, 30)]
)
def test_pauses_double_up_to_half_a_minute(failures: int, seconds: int) -> None:
    assert pause_after(failures) == seconds


def test_a_minute_of_health_is_a_fresh_start() -> None:
    process = Process("web", run=lambda: None, failures=5)

    process.plan_restart()
    assert process.failures == 6

    process.started_at -= 60
    process.plan_restart()
    assert process.failures == 1


def test_supervise_refuses_to_fork_beside_other_threads() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()

    try:
        with pytest.raises(RuntimeError, match="Fork before starting threads"):
            supervise({})
    finally:
        done.set()
        thread.join()
