"""What a way out is, and the simplest one: a folder of .eml files."""

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.mail.crash_points import crash_point
from app.mail.letters import Letter
from app.mail.outcomes import Outcome, Result

MayGo = Callable[[], bool]
"""Commits the point of no return; False when the letter must not leave after all."""


class Transport(Protocol):
    """One way out, used by one thread."""

    name: str
    deadline_seconds: float
    """The longest that handing over one letter takes."""

    def send(self, letter: Letter, may_go: MayGo) -> Result:
        """Hand one letter over. `may_go` is called once, when all that can be tried without consequences has been."""
        ...

    def seconds_left(self) -> float:
        """How much of the deadline the letter under way may still use."""
        ...

    def rest(self) -> None:
        """Nothing to send for now: let go of what is held open."""
        ...


_SAFE_NAME = re.compile(r"[^A-Za-z0-9.@_-]")


def file_name(message_id: str) -> str:
    """The name of a message's file. One message, one name: sending again replaces the file and never doubles it."""
    return f"{_SAFE_NAME.sub('_', message_id.strip('<>'))}.eml"


class Folder:
    """Each letter becomes a file, complete or not at all."""

    name = "file"
    deadline_seconds = 30.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter, may_go: MayGo) -> Result:
        final = self._folder / file_name(letter.message_id)
        draft = final.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_through(draft, letter.content)
            crash_point("data")
            if not may_go():
                return Result(Outcome.STOPPED)
            crash_point("dot")
            draft.rename(final)
            _sync_folder(self._folder)
            crash_point("accepted")
        except OSError as error:
            return Result(Outcome.CHANNEL, words=f"{type(error).__name__}: {error.strerror}")
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        return Result(Outcome.ACCEPTED)

    def seconds_left(self) -> float:
        return self.deadline_seconds

    def rest(self) -> None:
        """A folder holds nothing open."""


def _write_through(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
