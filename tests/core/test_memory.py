"""What threads take they take from one place."""

import ctypes
import re
import subprocess
import sys

import pytest

CHILD = """
import ctypes, threading
from app.core.memory import use_one_arena
use_one_arena()
for _ in range(4):
    thread = threading.Thread(target=ctypes.CDLL(None).malloc, args=(1000,))
    thread.start()
    thread.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_stats"), reason="another C library than glibc")
def test_all_threads_share_one_arena() -> None:
    told = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)

    assert re.findall(r"^Arena \d+", told.stderr, re.MULTILINE) == ["Arena 0"]
