"""A process that plans mails, for tests: others like it plan the same at the same time.

Run as `python -m tests.mail.planner_process COUNT`: says when it is ready, begins when it is told a line, and prints
how many it was the first to plan. The instance and the database come from the environment.
"""

import sys

from app.core.clock import now
from app.core.db import writing
from app.mail.services import queue
from tests.mail.worker_process import known_app


def main(count: int) -> None:
    """Plan that many, each in a write of its own."""
    app = known_app()
    with app.app_context():
        print("ready", flush=True)
        sys.stdin.readline()
        print(sum(_plan(number) for number in range(count)))


def _plan(number: int) -> bool:
    with writing():
        planned = queue(
            "test_service",
            address=f"n{number}@example.com",
            language="sv",
            dedupe_key=f"planned:{number}",
            context={"number": number},
            now=now(),
        )
    return planned is not None


if __name__ == "__main__":
    main(int(sys.argv[1]))
