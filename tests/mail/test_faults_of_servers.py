"""Mail servers that refuse, stall, reset and forget: real ones on loopback, and a scheduler in a process of its own.

LEDTRAD_MAILS=10000 pytest tests/mail/test_faults_of_servers.py: how many mails (some hundred, when it does not say).
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.mail.delivery import Sender
from app.mail.models import Message, MessageEvent, MessageState, Suppression
from app.mail.smtp import Smtp
from tests.mail.conftest import Clock
from tests.mail.post_office import (
    Conversation,
    PostOffice,
    UnreliableOffice,
    crude_server,
    drip,
    drip_after_data,
    first_then,
    free_port,
    open_office,
    reset_in_body,
)
from tests.mail.processes import Process, are_all_settled, by_smtp, states_in_a_hurry, wait_until

Plan = Callable[..., Message]
Start = Callable[..., Process]

MAILS = int(os.environ.get("LEDTRAD_MAILS", "300"))
SECONDS_FOR_ALL = 90 + MAILS / 10
ENDS = {MessageState.SENT, MessageState.FAILED, MessageState.UNCERTAIN}


def test_each_mail_comes_to_the_end_that_its_server_gives_it(
    app: Flask, plan: Plan, office: PostOffice, start: Start
) -> None:
    office.at_recipient["busy@example.com"] = ["450 4.2.0 later", "451 4.3.0 later"]
    office.at_recipient["nobody@example.com"] = ["550 5.1.1 no such user"]
    office.after_body["later@example.com"] = ["451 4.3.0 later"]
    office.after_body["refused@example.com"] = ["554 5.6.0 not liked"]
    office.after_body["lost@example.com"] = ["lose"]
    office.after_body["slow@example.com"] = ["slow"]
    office.after_body["never@example.com"] = ["lose", "lose"]
    names = ("busy", "nobody", "later", "refused", "lost", "slow", "never", "fine")
    messages = {name: plan(number, address=f"{name}@example.com", now=now()) for number, name in enumerate(names)}

    process = start(**by_smtp(office, LEDTRAD_SMTP_DEADLINE="1"))
    wait_until(lambda: states_in_a_hurry() <= ENDS, process)

    seen = {name: (str(message.state), message.attempts) for name, message in messages.items()}
    copies = office.ids()
    assert seen == {
        "busy": ("sent", 3),
        "nobody": ("failed", 1),
        "later": ("sent", 2),
        "refused": ("failed", 1),
        "lost": ("sent", 2),
        "slow": ("sent", 2),
        "never": ("uncertain", 2),
        "fine": ("sent", 1),
    }
    assert {name: copies[message.message_id] for name, message in messages.items()} == {
        **dict.fromkeys(("busy", "later", "fine"), 1),
        **dict.fromkeys(("lost", "slow", "never"), 2),
        **dict.fromkeys(("nobody", "refused"), 0),
    }
    assert len(db.session.scalars(select(Suppression)).all()) == 1


@pytest.mark.parametrize(
    ("first", "most_copies"),
    [pytest.param(reset_in_body, 1, id="reset"), (drip, 1), (drip_after_data, 1)],
)
def test_a_connection_that_goes_wrong_costs_a_try_and_no_second_copy(
    app: Flask, plan: Plan, office: PostOffice, start: Start, first: Conversation, most_copies: int
) -> None:
    message = plan(now=now())

    with crude_server(first_then(first, office.port)) as port:
        process = start(**by_smtp(office, LEDTRAD_SMTP_PORT=str(port), LEDTRAD_SMTP_DEADLINE="1"))
        wait_until(lambda: states_in_a_hurry() <= ENDS and office.taken, process)
        process.end()

    assert message.state == MessageState.SENT
    assert office.ids() == {message.message_id: most_copies}


def test_a_server_that_drips_holds_a_mail_no_longer_than_the_deadline_and_never_beyond_its_lease(
    app: Flask, plan: Plan, office: PostOffice, start: Start
) -> None:
    message = plan(now=now())

    with crude_server(drip) as port:
        process = start(**by_smtp(office, LEDTRAD_SMTP_PORT=str(port), LEDTRAD_SMTP_DEADLINE="1"))
        wait_until(lambda: "mail channel smtp fails" in process.log(), process)
        process.end()

    claimed, put_back = db.session.scalars(
        select(MessageEvent.at).filter_by(message_id=message.id).order_by(MessageEvent.id).offset(1).limit(2)
    )
    assert put_back - claimed < timedelta(seconds=10)
    assert (message.state, message.attempts, office.taken) == (MessageState.PENDING, 0, [])


def test_marketing_whose_answer_is_lost_is_never_sent_again(
    app: Flask, plan: Plan, office: PostOffice, clock: Clock
) -> None:
    office.after_body["anna@example.com"] = ["lose"]
    message = plan(kind="test_marketing")

    for _ in range(3):
        Sender(app, Smtp(office.server()), clock=clock).send_due()
        clock.pass_by(days=1)

    assert message.state == MessageState.UNCERTAIN
    assert office.ids() == {message.message_id: 1}


def test_a_server_that_is_away_for_an_hour_burns_no_try_and_all_leave_afterwards(
    app: Flask, plan_many: Callable[..., set[str]], office: PostOffice, clock: Clock
) -> None:
    ids = plan_many(MAILS)
    clock.moment = now()
    away = Smtp(PostOffice(port=free_port()).server())
    for _ in range(60):
        Sender(app, away, clock=clock).send_due()
        clock.pass_by(minutes=1)
    burnt = {tuple(row) for row in db.session.execute(select(Message.state, Message.attempts, Message.claims))}
    tries = len(db.session.scalars(select(MessageEvent.id).filter_by(state=MessageState.CLAIMED)).all())
    clock.pass_by(minutes=15)

    Sender(app, Smtp(office.server()), clock=clock).send_due()

    assert burnt == {(MessageState.PENDING, 0, 0)}
    assert tries < 30
    assert office.ids() == dict.fromkeys(ids, 1)


def test_a_server_that_refuses_and_drops_one_in_a_hundred_loses_nothing_and_doubles_only_what_it_dropped(
    app: Flask, plan_many: Callable[..., set[str]], start: Start
) -> None:
    ids = plan_many(MAILS)
    with open_office(UnreliableOffice) as office:
        begun = time.monotonic()
        process = start(**by_smtp(office, LEDTRAD_MAIL_SENDERS="2"))
        wait_until(are_all_settled, process, SECONDS_FOR_ALL)
        took = time.monotonic() - begun

    copies = office.ids()
    doubled = {message_id: times for message_id, times in copies.items() if times > 1}
    assert office.refused >= MAILS // 100
    assert office.dropped >= MAILS // 100
    assert set(copies) == ids
    assert sum(doubled.values()) - len(doubled) <= office.dropped
    assert max(copies.values()) == 2
    print(
        f"{MAILS} mails in {took:.0f} s, {office.refused} refused for now, {office.dropped} dropped after DATA:",
        end=" ",
    )
    print(f"never delivered 0, delivered {dict(Counter(copies.values()))} times")
