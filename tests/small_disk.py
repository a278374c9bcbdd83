"""A disk that a test may fill."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

MEGABYTES = 128
"""Room for PostgreSQL's own files, and little more."""


@contextmanager
def small_disk() -> Iterator[Path]:
    """A small disk in memory. Only root may mount one; it lies where the database server's own user may go."""
    folder = Path(tempfile.mkdtemp(prefix="ledtrad-disk-"))
    options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "ledtrad", str(folder)]
    if os.geteuid() or subprocess.run(["mount", *options], check=False, stderr=subprocess.DEVNULL).returncode:
        folder.rmdir()
        pytest.skip("no small disk can be mounted here: nobody fills PostgreSQL's")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(disk: Path) -> Path:
    """Take all the room that is left, by a file."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return ballast
