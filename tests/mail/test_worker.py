"""Schedulers as processes of their own, killed where it hurts, with a real mail server, on both databases."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.core.clock import now
from app.core.db import db
from app.mail.crash_points import POINTS, VARIABLE
from app.mail.models import Message, MessageState
from tests.mail.post_office import PostOffice
from tests.mail.processes import (
    PATIENCE_SECONDS,
    Process,
    are_all_sent,
    by_smtp,
    let_leases_run_out,
    processes,
    wait_until,
    works,
)

Plan = Callable[..., Message]


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
    let_leases_run_out()
    process = start(**by_smtp(office))

    wait_until(are_all_sent, process)
    copies = office.ids()
    assert killed == -signal.SIGKILL
    assert set(copies) == {message.message_id for message in messages}
    assert sorted(copies.values())[:-1] == [1] * 7
    assert max(copies.values()) <= (2 if point in ("reply", "accepted") else 1)


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
        wait_until(lambda wanted=number + 1: len(office.taken) == wanted, process)
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
        wait_until(are_all_sent, pair[0])

    assert office.ids() == {message.message_id: 1 for message in messages}
