"""A scheduler process of its own, for tests: knows the test kinds, and may be killed.

Run as `python -m tests.mail.worker_process`; the instance, database and transport come from the environment. Tips leave
at any hour, and MARGIN_SECONDS says how much longer than a dialogue a lease lasts (as in the house, when it does not).
"""

import os
import resource
from datetime import time, timedelta
from unittest import mock

from flask import Flask

from app import create_app
from app.core.logs import set_up_logging
from app.mail import delivery, marketing
from app.mail.kinds import Kind, register
from app.mail.models import MessageClass
from app.scheduler import run_worker
from tests.mail.conftest import always_wanted, compose
from tests.mail.poisons import GIBIBYTE, POISONS


def known_app() -> Flask:
    """The application of the environment, with the kinds of mail that tests plan."""
    app = create_app()
    for message_class in MessageClass:
        register(app, Kind(f"test_{message_class}", message_class, compose, always_wanted))
    for poison in POISONS.values():
        register(app, poison)
    return app


def main() -> None:
    """Work until somebody ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (GIBIBYTE, GIBIBYTE))  # a poison must not take the whole machine
    set_up_logging("INFO")
    margin = timedelta(seconds=float(os.environ.get("MARGIN_SECONDS", delivery.MARGIN.total_seconds())))
    at_any_hour = {"OPENS": time.min, "CLOSES": time.max, "is_day_of_rest": lambda _day: False}
    with mock.patch.multiple(marketing, **at_any_hour), mock.patch.object(delivery, "MARGIN", margin):
        run_worker(known_app())


if __name__ == "__main__":
    main()
