from datetime import timedelta

import pytest
from flask import Flask

from app.home.heartbeat import tell
from app.mail.health import Health
from tests.conftest import NOW

WELL = {
    "heartbeat_at": NOW - timedelta(seconds=20),
    "is_heartbeat_late": False,
    "mail_failing_since": None,
    "waiting_since": None,
    "is_mail_failing": False,
    "needs_person": 0,
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "words", "is_worrying"),
    [
        ({}, "Påminnelser körde för 20 sekunder sedan", False),
        ({"heartbeat_at": None, "is_heartbeat_late": True}, "Påminnelser har aldrig körts", True),
        (
            {"heartbeat_at": NOW - timedelta(hours=2), "is_heartbeat_late": True, "needs_person": 4},
            "Påminnelser körde senast för 2 timmar sedan",
            True,
        ),
        ({"mail_failing_since": NOW - timedelta(minutes=3)}, "Påminnelser körde för 20 sekunder sedan", False),
        (
            {"mail_failing_since": NOW - timedelta(minutes=40), "is_mail_failing": True},
            "Mejl har inte kommit ut på 40 minuter",
            True,
        ),
        (
            {"waiting_since": NOW - timedelta(minutes=30), "is_mail_failing": True},
            "Mejl har inte kommit ut på 30 minuter",
            True,
        ),
        ({"needs_person": 1}, "Ett mejl kom inte fram", True),
        ({"needs_person": 3}, "3 mejl kom inte fram", True),
        ({"missed": 3}, "3 utskick hann inte gå ut", True),
        (
            {"failing_job": "plan_digests", "job_failing_since": NOW - timedelta(minutes=40)},
            "”Sammanställa dagen och veckan” har inte lyckats på 40 minuter",
            True,
        ),
    ],
)
def test_the_line_tells_the_worst(app: Flask, change: dict[str, object], words: str, is_worrying: bool) -> None:
    line = tell(Health(**{**WELL, **change}), NOW)

    assert (line.words, line.is_worrying) == (words, is_worrying)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_all_there_is_to_worry_about_is_told_the_worst_first(app: Flask) -> None:
    much = {
        "mail_failing_since": NOW - timedelta(minutes=40),
        "is_mail_failing": True,
        "needs_person": 1,
        "failing_job": "take_back",
        "job_failing_since": NOW - timedelta(hours=1),
        "missed": 1,
    }
    stopped = {"heartbeat_at": NOW - timedelta(hours=2), "is_heartbeat_late": True}

    told = [worry.name for worry in tell(Health(**{**WELL, **much}), NOW).worries]
    all_told = [worry.name for worry in tell(Health(**{**WELL, **much, **stopped}), NOW).worries]

    assert told == ["mail", "job", "needs-person", "missed"]
    assert all_told == ["heartbeat", "needs-person", "missed"]
