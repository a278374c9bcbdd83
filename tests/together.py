"""Several who write at the same time, in threads and in processes."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from flask import Flask

from app.core.db import db, writing
from tests.mail.processes import ROOT, environment_of
from tests.server import prepare_process


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
            future.result(60)


def told_at_once(app: Flask, module: str, wishes: Sequence[Sequence[str]], patience_seconds: float) -> list[str]:
    """Run a module in a process for each of its lists of arguments, and give what each of them said.

    They say "ready", and are let begin together once all have: who comes first is theirs to find out.
    """
    db.session.rollback()
    with ThreadPoolExecutor(len(wishes)) as pool, ExitStack() as stack:
        processes = [stack.enter_context(_process(app, module, wished)) for wished in wishes]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        return list(pool.map(lambda process: process.communicate("go\n", patience_seconds)[0], processes))


@contextmanager
def _process(app: Flask, module: str, arguments: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment_of(app),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: prepare_process(None),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()
