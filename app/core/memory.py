"""What a process asks of the C library that hands out its memory."""

import ctypes

M_ARENA_MAX = -8
"""The number of that option in glibc's malloc.h."""


def use_one_arena() -> None:
    """Let all threads take memory from one place, and give back to it.

    By default glibc has several, and each keeps what the largest page that was ever made in it took. Threads hardly
    wait for each other: Python lets one run at a time. Where the C library is another, nothing changes.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 1)
