from datetime import timedelta

import pytest
from flask import Flask

from app.core.clock import now
from app.core.db import writing
from app.core.ticking import Report
from app.mail.commands import jobs
from app.mail.worker import beat


@pytest.fixture
def is_alive(app: Flask) -> None:
    with writing():
        well = Report("deliver", now(), 12, 3, None, timedelta(hours=1))
        failed = Report("take_back", now(), 4, 0, "OSError", timedelta(seconds=1))
        beat("here:1", now(), [well, failed], now())


def test_jobs_tells_of_each_last_run(app: Flask, is_alive: None) -> None:
    result = app.test_cli_runner().invoke(jobs)

    lines = result.output.splitlines()
    assert lines[0].startswith("here:1: last sign of life 0 s ago, up since ")
    assert lines[2].split() == ["deliver", "0", "s", "ago", "12", "ms", "3", "in", "59", "min", "well"]
    assert lines[3].split()[:10] == ["take_back", "0", "s", "ago", "4", "ms", "0", "now", "OSError,", "since"]
    assert result.exit_code == 1


def test_jobs_that_went_well_are_no_fault(app: Flask) -> None:
    with writing():
        beat("here:1", now(), [Report("deliver", now(), 12, 3)], now())

    assert app.test_cli_runner().invoke(jobs).exit_code == 0


def test_a_silent_scheduler_is_a_fault(app: Flask) -> None:
    with writing():
        beat("here:1", now(), [Report("deliver", now(), 12, 3)], now() - timedelta(minutes=6))

    assert app.test_cli_runner().invoke(jobs).exit_code == 1


def test_jobs_says_when_none_has_run(app: Flask) -> None:
    assert "No job has run yet." in app.test_cli_runner().invoke(jobs).output
