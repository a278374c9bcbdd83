"""A scheduler process of its own, for tests: knows the test kinds, and may be killed.

Run as `python -m tests.mail.worker_process`; the instance, database and transport come from the environment.
"""

import resource

from app import create_app
from app.core.logs import set_up_logging
from app.mail.kinds import Kind, register
from app.mail.models import MessageClass
from app.scheduler import run_worker
from tests.mail.conftest import always_wanted, compose
from tests.mail.poisons import GIBIBYTE, POISONS


def main() -> None:
    """Work until somebody ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (GIBIBYTE, GIBIBYTE))  # a poison must not take the whole machine
    set_up_logging("INFO")
    app = create_app()
    for message_class in MessageClass:
        register(app, Kind(f"test_{message_class}", message_class, compose, always_wanted))
    for poison in POISONS.values():
        register(app, poison)
    run_worker(app)


if __name__ == "__main__":
    main()
