"""The timetable, one line per job, and the process that keeps it."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from flask import Flask

from app.accounts.jobs import forget_old_sessions
from app.consultations.jobs import import_calendars
from app.contacts.jobs import compare_contacts, forget_stories
from app.core.clock import now
from app.core.db import db, writing
from app.core.memory import use_one_arena
from app.core.table_sizes import learn_sizes
from app.core.ticking import Job, Ticker, TickerStopped
from app.enquiries.jobs import empty_quarantine, forget_splits, remind_to_answer
from app.follow_ups.jobs import remind_of_tasks
from app.home.jobs import plan_digests
from app.leads.jobs import wake_resting
from app.lists.jobs import carry_on_changes, forget_changes, forget_removed
from app.mail.outbox import take_back
from app.mail.wake import Ear
from app.mail.worker import Senders, SenderStuck, beat, sole_worker, start_beating, worker_name
from app.plans.jobs import advance_plans, start_plans
from app.trials.jobs import care_for_trials, forget_ratings

WATCH_SECONDS = 1.0
STOP_SECONDS = 8.0
"""A little less than the supervisor waits before it kills."""

log = logging.getLogger(__name__)


def _take_back(moment: datetime) -> int:
    with writing():
        return take_back(moment)


TIMETABLE = (
    Job("remind_to_answer", timedelta(seconds=60), remind_to_answer),
    Job("wake_resting", timedelta(seconds=60), wake_resting),
    Job("remind_of_tasks", timedelta(seconds=60), remind_of_tasks),
    Job("plan_digests", timedelta(seconds=60), plan_digests),
    Job("advance_plans", timedelta(seconds=60), advance_plans),
    Job("start_plans", timedelta(minutes=5), start_plans),
    Job("care_for_trials", timedelta(seconds=60), care_for_trials),
    Job("import_calendars", timedelta(seconds=60), import_calendars),
    Job("carry_on_changes", timedelta(seconds=5), carry_on_changes),
    Job("forget_changes", timedelta(seconds=60), forget_changes),
    Job("take_back", timedelta(seconds=15), _take_back),
    Job("empty_quarantine", timedelta(hours=1), empty_quarantine),
    Job("compare_contacts", timedelta(minutes=5), compare_contacts),
    Job("forget_stories", timedelta(hours=1), forget_stories),
    Job("forget_splits", timedelta(hours=1), forget_splits),
    Job("forget_ratings", timedelta(hours=1), forget_ratings),
    Job("forget_removed", timedelta(minutes=10), forget_removed),
    Job("forget_old_sessions", timedelta(hours=1), forget_old_sessions),
    Job("learn_sizes", timedelta(hours=1), learn_sizes),
)
"""The jobs of the rooms. The process adds `deliver` and `heartbeat`, which are its own."""


def run_worker(app: Flask) -> None:
    """Send what is due and tick the jobs, until SIGTERM or SIGINT. Raises WorkerRunning where there may be only one.

    Ends the process with status 1 when a part of it has died, so that the supervisor starts a whole one.
    """
    use_one_arena()
    with sole_worker(app) as is_only_worker, Ear(app) as ear, _stop_signals(ear.ring) as stopping:
        started_at, name = now(), worker_name()
        with app.app_context():
            start_beating(name, started_at)
            with writing():
                take_back(started_at, is_only_worker=is_only_worker)
            db.session.remove()
        senders = Senders(app)
        ticker = Ticker(app, [*TIMETABLE, _deliver(senders), _heartbeat(name, started_at, lambda: ticker)])
        senders.start()
        ticker.start()
        log.info("scheduler %s works", name)
        while not stopping.is_set():
            ear.wait(WATCH_SECONDS)
            senders.nudge()
            _watch(ticker, senders)
        ticker.stop()
        senders.stop(STOP_SECONDS)
    log.info("scheduler %s has stopped", name)


def _deliver(senders: Senders) -> Job:
    def deliver(_moment: datetime) -> int:
        senders.nudge()
        return senders.take_count()

    return Job("deliver", timedelta(seconds=2), deliver)


def _heartbeat(name: str, started_at: datetime, ticker: Callable[[], Ticker]) -> Job:
    def heartbeat(moment: datetime) -> int:
        reports = ticker().take_reports()
        with writing():
            beat(name, started_at, reports, moment)
        return 1

    return Job("heartbeat", timedelta(seconds=10), heartbeat)


def _watch(ticker: Ticker, senders: Senders) -> None:
    try:
        ticker.watch()
        senders.watch()
    except (TickerStopped, SenderStuck):
        log.critical("a part of the scheduler has died; the process ends, to be started again", exc_info=True)
        logging.shutdown()
        os._exit(1)  # a stuck thread would hold up any gentler end


@contextmanager
def _stop_signals(ring: Callable[[], None]) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a signal that is ignored when we start stays ignored."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        ring()

    wanted = [number for number in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
