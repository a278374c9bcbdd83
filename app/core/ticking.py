"""The clock that ticks the jobs: a handful of functions, each called again and again, whatever happens to the others.

A job is only a hint to look in the database, so a tick that comes late or twice does no harm, and none is made up for.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from flask import Flask

from app.core.clock import now

CLOCK_JUMP_SECONDS = 2.0
THREADS = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A function that is told the moment, does what is due, and gives how many things it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Report:
    """How a job went since its last report was taken: the last start, the longest run, the sum of its work."""

    name: str
    started_at: datetime
    duration_ms: int
    items: int
    error: str | None = None
    """The type of the last fault, where there was one."""
    every: timedelta | None = None
    """How long after its start the next one comes."""


class TickerStopped(Exception):
    """The thread that ticks the jobs has died."""


class _After(BaseTrigger):
    """Some time after now. Never "after the last time": a clock set a year ahead would then mean millions of ticks."""

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now if previous_fire_time is None else now + self._pause


class Ticker:
    """Runs jobs in threads of their own, each in its own application context."""

    def __init__(self, app: Flask, jobs: Sequence[Job]) -> None:
        self._app = app
        self._reports: dict[str, Report] = {}
        self._guard = threading.Lock()
        self._clock_offset = _clock_offset()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in jobs:
            self._scheduler.add_job(self._run, _After(job.every), args=[job], id=job.name)

    def start(self) -> None:
        """Tick every job at once, then each in its own time."""
        self._scheduler.start()

    def stop(self) -> None:
        """Start no job any more, and wait for those under way."""
        self._scheduler.shutdown()

    def watch(self) -> None:
        """To be called about once a second: notices that somebody set the clock, and raises TickerStopped."""
        thread = self._scheduler._thread  # APScheduler has no other way to ask: `running` stays true without it
        if thread is None or not thread.is_alive():
            raise TickerStopped
        offset = _clock_offset()
        if abs(offset - self._clock_offset) > CLOCK_JUMP_SECONDS:
            log.warning("the clock was set by %.0f s; every job is ticked anew", offset - self._clock_offset)
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=now())
        self._clock_offset = offset

    def take_reports(self) -> list[Report]:
        """How each job that has run since the last call went."""
        with self._guard:
            taken, self._reports = self._reports, {}
        return list(taken.values())

    def _run(self, job: Job) -> None:
        started_at, started = now(), time.monotonic()
        items, error = 0, None
        try:
            with self._app.app_context():
                items = job.run(started_at)
        except Exception as fault:
            error = type(fault).__name__
            log.exception("job %s failed", job.name)
        self._note(Report(job.name, started_at, int((time.monotonic() - started) * 1000), items, error, job.every))

    def _note(self, report: Report) -> None:
        with self._guard:
            before = self._reports.get(report.name)
            if before is not None:
                report = replace(
                    report,
                    duration_ms=max(report.duration_ms, before.duration_ms),
                    items=report.items + before.items,
                    error=report.error or before.error,
                )
            self._reports[report.name] = report


def _clock_offset() -> float:
    return time.time() - time.monotonic()
