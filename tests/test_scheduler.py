"""What only a whole scheduler process can show: that it lives, reports, and on SQLite is alone."""

import signal
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.mail.models import JobRun, Worker
from app.scheduler import TIMETABLE
from tests.mail.processes import PATIENCE_SECONDS, Process, processes, wait_until, works


def test_it_shows_that_it_lives_and_how_its_jobs_went(app: Flask, tmp_path: Path) -> None:
    def has_reported() -> bool:
        db.session.rollback()
        return {job.name for job in TIMETABLE} <= set(db.session.scalars(select(JobRun.name)))

    with processes(app, tmp_path, 1) as [process]:
        wait_until(has_reported, process)
    [worker] = db.session.scalars(select(Worker)).all()
    runs = {run.name: run.error for run in db.session.scalars(select(JobRun))}
    assert worker.name.endswith(f":{process.popen.pid}")
    assert now() - worker.heartbeat_at < timedelta(seconds=20)
    assert set(runs.values()) == {None}


def test_a_second_scheduler_is_refused_on_sqlite(sqlite_app: Flask, tmp_path: Path) -> None:
    with processes(sqlite_app, tmp_path, 1) as [first]:
        works(first)
        second = Process(sqlite_app, tmp_path / "second.log")
        status = second.popen.wait(PATIENCE_SECONDS)

        assert status == 1
        assert "WorkerRunning" in second.log()
        assert first.popen.poll() is None


def test_the_right_to_be_the_only_scheduler_dies_with_it(sqlite_app: Flask, tmp_path: Path) -> None:
    with processes(sqlite_app, tmp_path, 1) as [first]:
        works(first)
        first.end(signal.SIGKILL)
        second = Process(sqlite_app, tmp_path / "second.log")
        works(second)

        assert second.end() == 0
