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
        beat("here:1", now(), [Report("deliver", now(), 12, 3), Report("take_back", now(), 4, 0, "OSError")], now())


def test_jobs_tells_of_each_last_run(app: Flask, is_alive: None) -> None:
    lines = app.test_cli_runner().invoke(jobs).output.splitlines()

    assert lines[0].startswith("here:1: last sign of life 0 s ago, up since ")
    assert [line.split() for line in lines[2:]] == [
        ["deliver", "0", "s", "ago", "12", "ms", "3", "well"],
        ["take_back", "0", "s", "ago", "4", "ms", "0", "OSError"],
    ]


def test_jobs_says_when_none_has_run(app: Flask) -> None:
    assert "No job has run yet." in app.test_cli_runner().invoke(jobs).output
