from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.core.db import writing
from app.core.ticking import Report
from app.mail.channels import pause, resume
from app.mail.health import Health, job_runs, system_health, workers
from app.mail.models import Message, MessageState
from app.mail.services import know_of_missed
from app.mail.worker import beat
from tests.conftest import NOW

Plan = Callable[..., Message]


def _beat(name: str, ago: timedelta = timedelta(), *reports: Report) -> None:
    with writing():
        beat(name, NOW - timedelta(days=2), reports, NOW - ago)


def _end(message: Message, state: str) -> None:
    with writing() as session:
        session.get_one(Message, message.id).state = MessageState(state)


def test_a_new_house_has_no_sign_of_life(app: Flask) -> None:
    assert system_health(NOW) == Health(None, True, None, None, False, 0)


@pytest.mark.parametrize(("seconds", "is_late"), [(0, False), (300, False), (301, True)])
def test_a_heartbeat_is_late_after_five_minutes(app: Flask, seconds: int, is_late: bool) -> None:
    _beat("one:1", timedelta(seconds=seconds))

    assert system_health(NOW).is_heartbeat_late is is_late


def test_the_liveliest_scheduler_counts(app: Flask) -> None:
    _beat("one:1", timedelta(hours=2))
    _beat("two:2", timedelta(seconds=20))

    assert system_health(NOW).heartbeat_at == NOW - timedelta(seconds=20)
    assert [worker.name for worker in workers()] == ["two:2", "one:1"]


def test_a_scheduler_silent_for_a_day_is_forgotten(app: Flask) -> None:
    _beat("one:1", timedelta(days=1, seconds=1))
    _beat("two:2")

    assert [worker.name for worker in workers()] == ["two:2"]


@pytest.mark.parametrize(("minutes", "is_failing"), [(1, False), (14, False), (16, True)])
def test_mail_fails_when_its_channel_has_for_a_quarter(app: Flask, minutes: int, is_failing: bool) -> None:
    with writing():
        pause("smtp", NOW - timedelta(minutes=minutes), "down", is_probe=False)

    health = system_health(NOW)

    assert (health.is_mail_failing, health.mail_failing_since) == (is_failing, NOW - timedelta(minutes=minutes))


def test_a_healed_channel_is_no_fault(app: Flask) -> None:
    with writing():
        pause("smtp", NOW - timedelta(hours=1), "down", is_probe=False)
        resume("smtp")

    assert system_health(NOW).mail_failing_since is None


@pytest.mark.parametrize(("minutes", "is_failing"), [(1, False), (16, True)])
def test_mail_fails_when_what_is_due_waits_for_a_quarter(plan: Plan, minutes: int, is_failing: bool) -> None:
    plan(1, now=NOW - timedelta(minutes=minutes))
    plan(2, now=NOW - timedelta(days=1), due_at=NOW + timedelta(days=1))

    health = system_health(NOW)

    assert (health.is_mail_failing, health.waiting_since) == (is_failing, NOW - timedelta(minutes=minutes))


def test_what_has_failed_waits_for_a_person(plan: Plan) -> None:
    for number, state in enumerate(["failed", "uncertain", "dead", "sent", "cancelled", "pending"]):
        _end(plan(number), state)

    assert system_health(NOW).needs_person == 3


def test_health_is_one_statement(plan: Plan, count_queries: Callable[[], int]) -> None:
    plan()
    system_health(NOW)
    count_queries()

    system_health(NOW)

    assert count_queries() == 1


def test_a_job_keeps_its_last_run(app: Flask) -> None:
    _beat("one:1", timedelta(), Report("deliver", NOW, 12, 3), Report("take_back", NOW, 1, 0, "OSError"))
    _beat("one:1", timedelta(), Report("deliver", NOW + timedelta(seconds=10), 5, 1))

    assert [(run.name, run.started_at, run.duration_ms, run.items, run.error) for run in job_runs()] == [
        ("deliver", NOW + timedelta(seconds=10), 5, 1, None),
        ("take_back", NOW, 1, 0, "OSError"),
    ]


EVERY_MINUTE = timedelta(minutes=1)


def _fail(ago: timedelta, error: str | None = "OSError") -> None:
    at = NOW - ago
    _beat("one:1", ago, Report("plan_digests", at, 12, 0, error, EVERY_MINUTE))


def test_a_job_knows_since_when_it_fails_and_when_it_runs_again(app: Flask) -> None:
    for minutes in (20, 10, 1):
        _fail(timedelta(minutes=minutes))
    [failing] = job_runs()
    told = failing.failing_since, failing.next_at
    _fail(timedelta(), error=None)

    [healed] = job_runs()
    assert told == (NOW - timedelta(minutes=20), NOW)
    assert (healed.failing_since, healed.next_at) == (None, NOW + EVERY_MINUTE)


@pytest.mark.parametrize(
    ("runs", "is_told"),
    [((20, 10, 1), True), ((14, 1), False), ((20,), False)],
    ids=["every time for long", "not for long", "only once"],
)
def test_a_job_that_fails_every_time_is_told_of(app: Flask, runs: tuple[int, ...], is_told: bool) -> None:
    for minutes in runs:
        _fail(timedelta(minutes=minutes))

    health = system_health(NOW)

    told = (health.failing_job, health.job_failing_since)
    assert told == (("plan_digests", NOW - timedelta(minutes=20)) if is_told else (None, None))


def test_what_came_too_late_is_told_of_until_somebody_knows(plan: Plan) -> None:
    for number, state in enumerate(["expired", "expired", "cancelled", "sent"]):
        _end(plan(number), state)

    before = system_health(NOW).missed
    with writing():
        known = [know_of_missed(NOW), know_of_missed(NOW)]

    assert (before, known, system_health(NOW).missed) == (2, [2, 0], 0)
