"""Processes whose clock a test sets, by libfaketime; their monotonic clock goes on as it does."""

from pathlib import Path

import pytest

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class Clock:
    """How far ahead of the true time the processes started with `environment` are; it may be changed as they run."""

    def __init__(self, folder: Path) -> None:
        if FAKETIME is None:
            pytest.skip("faketime is not installed: nobody sets a process's clock")
        self._file = folder / "offset"
        self.set("+0")

    def set(self, offset: str) -> None:
        """As faketime writes it: "+2h", "-1h", "+30d"."""
        self._file.write_text(offset)

    @property
    def environment(self) -> dict[str, str]:
        """What a process must find in its environment."""
        return {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
