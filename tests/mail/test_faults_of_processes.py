"""Schedulers that are killed, that hang, and whose clock is set: processes of their own, with a real mail server.

LEDTRAD_KILLS=200 pytest tests/mail/test_faults_of_processes.py: how many are killed (a few, when it does not say).
"""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.mail.kinds import Kind
from app.mail.models import Message, MessageState, Worker
from tests.clocks import Clock
from tests.mail.poisons import POISONS
from tests.mail.post_office import PostOffice
from tests.mail.processes import (
    PATIENCE_SECONDS,
    Process,
    are_all_sent,
    are_all_settled,
    by_smtp,
    extra_copies,
    let_leases_run_out,
    put_back_what_was_caught_twice,
    states_in_a_hurry,
    wait_until,
    works,
)

Plan = Callable[..., Message]
PlanMany = Callable[..., set[str]]
Start = Callable[..., Process]

KILLS = int(os.environ.get("LEDTRAD_KILLS", "5"))
MAILS_PER_KILL = 30
WATCHED_WITHIN_SECONDS = 2
SHORT_LEASE_SECONDS = 5
"""Longer than twice a deadline of one second and a margin of two."""


def test_kills_at_random_lose_nothing_and_extra_copies_are_fewer_than_kills(
    app: Flask, plan_many: PlanMany, office: PostOffice, start: Start
) -> None:
    ids: set[str] = set()
    chance = random.Random(KILLS)

    for kill in range(KILLS):
        ids |= plan_many(MAILS_PER_KILL, start=kill * MAILS_PER_KILL)
        process = start(**by_smtp(office, LEDTRAD_MAIL_SENDERS="2"))
        works(process)
        time.sleep(chance.uniform(0, 0.3))
        process.end(signal.SIGKILL)
        let_leases_run_out()
    last = start(**by_smtp(office))
    wait_until(are_all_settled, last, 90 + KILLS)
    put_back = put_back_what_was_caught_twice()
    wait_until(are_all_settled, last)

    extra = extra_copies(office.ids(), ids, KILLS, put_back)
    print(f"{KILLS} kills, {len(ids)} mails: 0 lost, {extra} more than once, {put_back} put back by a person")


@pytest.mark.parametrize("poison", POISONS)
def test_a_text_that_ruins_its_sender_dies_and_the_others_flow(
    app: Flask, kinds: dict[str, Kind], plan: Plan, plan_many: PlanMany, office: PostOffice, start: Start, poison: str
) -> None:
    kinds.update(POISONS)
    bad = plan(1, kind=poison, now=now())
    ids = plan_many(20)

    while bad.state != MessageState.DEAD:
        process = start(**by_smtp(office, LEDTRAD_SMTP_DEADLINE="0.5"))
        wait_until(lambda: process.popen.poll() is not None or _is_dead(bad), process)  # noqa: B023  (asked before the next process starts)
        process.end(signal.SIGKILL)
        let_leases_run_out()
    wait_until(lambda: states_in_a_hurry() == {MessageState.SENT, MessageState.DEAD}, start(**by_smtp(office)))

    assert office.ids() == dict.fromkeys(ids, 1)


def _is_dead(message: Message) -> bool:
    states_in_a_hurry()
    return message.state == MessageState.DEAD


def test_a_scheduler_that_is_stopped_for_longer_than_its_lease_and_goes_on_doubles_at_most_one(
    app: Flask, plan: Plan, plan_many: PlanMany, office: PostOffice, start: Start, database: str
) -> None:
    office.after_body["slow@example.com"] = ["slow"]
    short = by_smtp(office, LEDTRAD_SMTP_DEADLINE="1", MARGIN_SECONDS="2")
    late = start(**short)
    works(late)
    time.sleep(1.5)  # its jobs have had their first turn, so it holds nothing but the mail
    soon = now() + timedelta(seconds=1)
    slow = plan(1, address="slow@example.com", now=now(), due_at=soon)
    others = plan_many(8, due_at=soon)  # claimed with it, and not begun
    wait_until(lambda: slow.message_id in office.ids(), late)

    late.popen.send_signal(signal.SIGSTOP)
    time.sleep(SHORT_LEASE_SECONDS)
    other = start(**short)
    if database == "sqlite":
        assert other.popen.wait(PATIENCE_SECONDS) == 1  # the stopped one lives, so nobody may take over from it
        late.popen.send_signal(signal.SIGCONT)
    else:
        wait_until(are_all_sent, other)
        late.popen.send_signal(signal.SIGCONT)
        wait_until(lambda: "taken over" in late.log(), late)
    wait_until(are_all_sent, late)

    copies = office.ids()
    assert late.end() == 0
    assert {message_id: copies[message_id] for message_id in others} == dict.fromkeys(others, 1)
    assert (slow.state, slow.unknown_outcomes) == (MessageState.SENT, copies[slow.message_id] - 1)
    assert copies[slow.message_id] in ((1, 2) if database == "sqlite" else (2,))


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """The clock of a process that is started with its environment."""
    return Clock(tmp_path)


@pytest.mark.parametrize(
    ("offset", "jump"),
    [
        ("+2h", timedelta(hours=2)),
        ("-1h", timedelta(hours=-1)),
        ("-2h", timedelta(hours=-2)),
        ("+30d", timedelta(days=30)),
        ("+10y", timedelta(days=3650)),
    ],
)
def test_a_clock_that_is_set_stops_nothing_and_sends_nothing_too_early(
    app: Flask, plan: Plan, office: PostOffice, start: Start, clock: Clock, offset: str, jump: timedelta
) -> None:
    process = start(**by_smtp(office, **clock.environment))
    works(process)
    before = _memory_kib(process)
    later = plan(1, due_at=max(now(), now() + jump) + timedelta(hours=1), now=now())
    clock.set(offset)
    time.sleep(WATCHED_WITHIN_SECONDS)
    plan(2, now=now() + jump)

    wait_until(lambda: len(office.taken) == 1, process)
    wait_until(lambda: abs(_last_beat() - now() - jump) < timedelta(seconds=30), process)

    assert process.popen.poll() is None
    assert later.state == MessageState.PENDING
    assert _memory_kib(process) < before + 30_000


def _last_beat() -> datetime:
    db.session.rollback()
    return max(db.session.scalars(select(Worker.heartbeat_at)))


def _memory_kib(process: Process) -> int:
    """What it holds that no other process shares."""
    lines = Path(f"/proc/{process.popen.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
