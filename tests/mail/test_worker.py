"""Schedulers as processes of their own, killed where it hurts, with a real mail server, on both databases."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import now
from app.core.db import db, writing
from app.mail.crash_points import POINTS, VARIABLE
from app.mail.models import Message, MessageState
from tests.mail.post_office import PostOffice, open_office
from tests.mail.processes import PATIENCE_SECONDS, Process, by_smtp, processes, wait_until, works

Plan = Callable[..., Message]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def start(app: Flask, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts a scheduler; all are gone after the test."""
    started: list[Process] = []

    def start_one(**variables: str) -> Process:
        process = Process(app, tmp_path / f"{len(started)}.log", **variables)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.end(signal.SIGKILL)


def _let_leases_run_out() -> None:
    with writing() as session:
        under_way = Message.state.in_((MessageState.CLAIMED, MessageState.SENDING))
        session.execute(update(Message).where(under_way).values(lease_until=now() - timedelta(hours=1)))


def _are_all_sent() -> bool:
    return _states() == {MessageState.SENT}


def _are_all_settled() -> bool:
    """Sent, or twice caught between our commit and the server's answer, which only a person can settle."""
    return _states() <= {MessageState.SENT, MessageState.UNCERTAIN}


def _states() -> set[MessageState]:
    """How far the messages have come; what waits for a later try waits no longer."""
    with writing() as session:
        soon = Message.due_at > now()
        session.execute(update(Message).where(Message.state == MessageState.PENDING, soon).values(due_at=now()))
    states = set(db.session.scalars(select(Message.state)))
    db.session.rollback()
    return states


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_loses_nothing_and_doubles_at_most_one(
    app: Flask,
    plan: Plan,
    office: PostOffice,
    start: Callable[..., Process],
    point: str,
) -> None:
    messages = [plan(number, now=now()) for number in range(8)]

    killed = start(**by_smtp(office, **{VARIABLE: point})).popen.wait(PATIENCE_SECONDS)
    _let_leases_run_out()
    process = start(**by_smtp(office))

    wait_until(_are_all_sent, process)
    copies = office.ids()
    assert killed == -signal.SIGKILL
    assert set(copies) == {message.message_id for message in messages}
    assert sorted(copies.values())[:-1] == [1] * 7
    assert max(copies.values()) <= (2 if point in ("reply", "accepted") else 1)


def test_kills_at_random_lose_nothing_and_extra_copies_are_fewer_than_kills(
    app: Flask,
    plan: Plan,
    office: PostOffice,
    start: Callable[..., Process],
) -> None:
    messages = [plan(number, now=now()) for number in range(120)]
    kills = 0

    while _states() & {MessageState.PENDING, MessageState.CLAIMED} and kills < 6:
        process = start(**by_smtp(office, LEDTRAD_MAIL_SENDERS="2"))
        works(process)
        time.sleep(random.uniform(0.01, 0.3))
        process.end(signal.SIGKILL)
        kills += 1
        _let_leases_run_out()
    last = start(**by_smtp(office))

    wait_until(_are_all_settled, last)
    copies = office.ids()
    unsent = {message.message_id for message in messages if message.state != MessageState.SENT}
    caught_twice = {message.message_id for message in messages if message.unknown_outcomes == 2}
    assert unsent == caught_twice
    assert len(unsent) <= 2, "a person has to decide about more than chance explains"
    assert {message.message_id for message in messages} == set(copies) | unsent
    assert max(copies.values()) <= 2
    assert sum(copies.values()) - 120 <= 2 * kills
    assert kills >= 2


def test_a_mail_leaves_within_a_second_of_its_commit(
    app: Flask,
    plan: Plan,
    office: PostOffice,
    start: Callable[..., Process],
) -> None:
    process = start(**by_smtp(office))
    works(process)
    time.sleep(1.5)
    took = []

    for number in range(5):
        started = time.monotonic()
        plan(number, now=now())
        wait_until(lambda wanted=number + 1: len(office.taken) == wanted, process)  # type: ignore[misc]
        took.append(time.monotonic() - started)
        time.sleep(0.2)

    assert sorted(took)[2] < 1


def test_sigterm_ends_it_well(app: Flask, plan: Plan, office: PostOffice, start: Callable[..., Process]) -> None:
    office.after_body["slow@example.com"] = ["slow"]
    slow = plan(1, address="slow@example.com", now=now())
    waiting = [plan(number, now=now()) for number in range(2, 6)]
    process = start(**by_smtp(office, LEDTRAD_SMTP_DEADLINE="10"))
    wait_until(lambda: office.taken, process)

    status = process.end(signal.SIGTERM)

    db.session.rollback()
    assert status == 0
    assert slow.state == MessageState.SENT
    assert {(message.state, message.claims, message.lease_token) for message in waiting} == {("pending", 0, None)}


@pytest.mark.parametrize("database", ["postgres"])
def test_two_schedulers_share_without_doubles(
    app: Flask,
    plan: Plan,
    office: PostOffice,
    tmp_path: Path,
    database: str,
) -> None:
    messages = [plan(number, now=now()) for number in range(150)]
    with processes(app, tmp_path, 2, **by_smtp(office, LEDTRAD_MAIL_SENDERS="2")) as pair:
        wait_until(_are_all_sent, pair[0])

    assert office.ids() == {message.message_id: 1 for message in messages}


@pytest.mark.parametrize("database", ["postgres"])
def test_a_stopped_scheduler_that_wakes_after_its_lease_changes_nothing(
    app: Flask,
    plan: Plan,
    office: PostOffice,
    start: Callable[..., Process],
    database: str,
) -> None:
    office.after_body["slow@example.com"] = ["slow"]
    message = plan(1, address="slow@example.com", now=now())
    late = start(**by_smtp(office))
    wait_until(lambda: office.taken, late)
    late.popen.send_signal(signal.SIGSTOP)
    _let_leases_run_out()
    other = start(**by_smtp(office))

    wait_until(_are_all_sent, other)
    late.popen.send_signal(signal.SIGCONT)
    wait_until(lambda: "taken over" in late.log(), late)

    db.session.rollback()
    assert (message.state, message.unknown_outcomes) == (MessageState.SENT, 1)
    assert office.ids() == {message.message_id: 2}
