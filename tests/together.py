"""Two who write at the same time."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask

from app.core.db import writing


@contextmanager
def while_we_write(app: Flask, other: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """A write in which the other comes as far as it can, once it is let begin. Both are stored in the end."""
    begun: list[Future[None]] = []

    def act() -> None:
        with app.app_context():
            other()

    with ThreadPoolExecutor(1) as pool:

        def let_begin() -> None:
            begun.append(pool.submit(act))
            time.sleep(0.3)

        with writing():
            yield let_begin
        for future in begun:
            future.result(10)
