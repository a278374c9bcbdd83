"""How much a channel may carry, whoever asks."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.core.db import db, writing
from app.mail.channels import allowance, pause, spend
from app.mail.delivery import Sender
from app.mail.models import Channel, Message
from tests.conftest import NOW
from tests.mail.conftest import Clock, Told

Plan = Callable[..., Message]


def _take_all(per_minute: int, moment: datetime) -> int:
    with writing():
        count = allowance("smtp", per_minute, moment)
        spend("smtp", count)
    return count


@pytest.mark.parametrize("per_minute", [1, 2, 7, 30, 59, 60, 100, 600, 6000])
def test_no_minute_carries_more_than_its_limit_and_a_steady_one_nearly_that(app: Flask, per_minute: int) -> None:
    moments = [NOW + timedelta(seconds=tick) for tick in range(300)]

    sent = [(moment, _take_all(per_minute, moment)) for moment in moments]

    in_a_minute = [sum(count for moment, count in sent[tick : tick + 60]) for tick in range(len(sent) - 59)]
    assert max(in_a_minute) <= per_minute
    assert in_a_minute[-1] >= max(1, int(per_minute * 0.95))


def test_a_pause_saves_up_no_more_than_a_second(app: Flask) -> None:
    _take_all(600, NOW)

    later = _take_all(600, NOW + timedelta(hours=9))

    assert later == 11


def test_a_clock_that_is_set_back_grants_nothing_and_stops_nothing(app: Flask) -> None:
    _take_all(60, NOW)

    back = _take_all(60, NOW - timedelta(hours=1))
    later = _take_all(60, NOW - timedelta(hours=1) + timedelta(seconds=2))

    assert (back, later) == (0, 1)


def test_a_sender_takes_no_more_than_the_limit(app: Flask, plan: Plan, clock: Clock) -> None:
    app.config["MAIL_PER_MINUTE"] = 120
    for number in range(30):
        plan(number)
    way_out = Told()
    sent = []

    for _ in range(4):
        Sender(app, way_out, clock=clock).send_due()
        sent.append(len(way_out.sent))
        clock.pass_by(seconds=1)

    assert sent == [3, 4, 6, 8]


def test_what_is_not_due_costs_nothing(app: Flask, plan: Plan, clock: Clock) -> None:
    app.config["MAIL_PER_MINUTE"] = 60
    Sender(app, Told(), clock=clock).send_due()
    plan(1)
    plan(2)

    sent = Sender(app, Told(), clock=clock).send_due()

    assert sent == 2


def test_senders_share_one_limit(app: Flask, plan: Plan, clock: Clock) -> None:
    app.config["MAIL_PER_MINUTE"] = 600
    for number in range(60):
        plan(number)
    ways_out = [Told() for _ in range(4)]
    start = threading.Barrier(4)

    def send(way_out: Told) -> None:
        sender = Sender(app, way_out, clock=clock)
        start.wait()
        sender.send_due()

    threads = [threading.Thread(target=send, args=[way_out]) for way_out in ways_out]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(len(way_out.sent) for way_out in ways_out) == 11


def test_two_that_fail_first_at_once_let_the_channel_rest_once(app: Flask) -> None:
    start, rests = threading.Barrier(2), []

    def fail() -> None:
        with app.app_context():
            start.wait()
            with writing():
                rests.append(pause("smtp", NOW, "down", is_probe=False))

    threads = [threading.Thread(target=fail) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(rests, key=str) == [timedelta(seconds=5), None]
    assert db.session.get_one(Channel, "smtp").streak == 1
