"""Tips whose fate is unknown, and a no on their way: schedulers of their own, with a real mail server."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.contacts.consents import withdraw_consent
from app.contacts.models import ConsentPurpose
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.mail.addresses import suppression_key
from app.mail.crash_points import VARIABLE
from app.mail.models import Message, MessageState
from app.mail.unsubscribing import SaidNo, unsubscribe
from tests.contacts.consents import consented
from tests.leads.cast import add_contact, add_lead
from tests.mail.post_office import PostOffice
from tests.mail.processes import (
    PATIENCE_SECONDS,
    Process,
    by_smtp,
    let_leases_run_out,
    processes,
    states_in_a_hurry,
    wait_until,
)

PlanTip = Callable[[int], Message]
Start = Callable[..., Process]

TIPS = 100
GONE = (MessageState.SENDING, MessageState.SENT)
ENDS = {MessageState.SENT, MessageState.SUPPRESSED}


@pytest.fixture
def plan_tip(plan: Callable[..., Message]) -> PlanTip:
    """Plans a mail that offers something, to a lead of its own whose contact has said yes."""

    def plan_one(number: int) -> Message:
        address = f"n{number}@example.com"
        with writing():
            lead = add_lead(add_contact(email=address))
        consented(lead.contact)
        return plan(number, kind="test_marketing", address=address, lead_id=lead.id, now=now())

    return plan_one


@pytest.mark.parametrize("said", ["lose", "slow"])
def test_a_tip_whose_answer_is_lost_is_never_sent_again(
    app: Flask, plan: Callable[..., Message], plan_tip: PlanTip, office: PostOffice, start: Start, said: str
) -> None:
    office.after_body["n1@example.com"] = [said]
    tip = plan_tip(1)

    process = start(**by_smtp(office, LEDTRAD_SMTP_DEADLINE="1"))
    wait_until(lambda: states_in_a_hurry() == {MessageState.UNCERTAIN}, process)
    process.end()

    _everything_else_is_sent(plan, start(**by_smtp(office)))
    assert (tip.state, office.ids()[tip.message_id]) == (MessageState.UNCERTAIN, 1)


@pytest.mark.parametrize(("point", "copies"), [("dot", 0), ("reply", 1), ("accepted", 1)])
def test_a_tip_whose_sender_was_killed_past_the_point_of_no_return_is_never_sent_again(
    app: Flask,
    plan: Callable[..., Message],
    plan_tip: PlanTip,
    office: PostOffice,
    start: Start,
    point: str,
    copies: int,
) -> None:
    tip = plan_tip(1)

    killed = start(**by_smtp(office, **{VARIABLE: point})).popen.wait(PATIENCE_SECONDS)
    let_leases_run_out()

    _everything_else_is_sent(plan, start(**by_smtp(office)))
    assert killed == -signal.SIGKILL
    assert (tip.state, office.ids()[tip.message_id]) == (MessageState.UNCERTAIN, copies)


def _everything_else_is_sent(plan: Callable[..., Message], process: Process) -> None:
    """What may leave leaves, so what has not left by then will not."""
    later = plan("later", now=now())
    wait_until(lambda: states_in_a_hurry() == {MessageState.UNCERTAIN, MessageState.SENT}, process)
    assert later.state == MessageState.SENT


def _unsubscribes(message: Message) -> None:
    unsubscribe(SaidNo(suppression_key(message.address), message.address, message.lead_id), now())


def _takes_the_yes_back(message: Message) -> None:
    withdraw_consent([db.session.get_one(Lead, message.lead_id).contact], ConsentPurpose.TIPS, None, now())


@pytest.mark.parametrize("says_no", [_unsubscribes, _takes_the_yes_back])
def test_no_tip_leaves_once_a_no_is_stored(
    app: Flask,
    plan_tip: PlanTip,
    office: PostOffice,
    tmp_path: Path,
    database: str,
    says_no: Callable[[Message], None],
) -> None:
    tips = [plan_tip(number) for number in range(TIPS)]
    machines, senders_each = (1, "2") if database == "sqlite" else (3, "1")
    left_before = set()

    with processes(app, tmp_path, machines, **by_smtp(office, LEDTRAD_MAIL_SENDERS=senders_each)) as senders:
        wait_until(lambda: len(office.taken) > TIPS // 10, senders[0])
        for tip in reversed(tips):
            with writing():
                says_no(tip)
                if _has_left(tip):
                    left_before.add(tip.message_id)
        wait_until(lambda: states_in_a_hurry() <= ENDS, senders[0])
        time.sleep(0.5)

    assert office.ids() == dict.fromkeys(left_before, 1)
    assert TIPS // 10 < len(left_before) < TIPS


def _has_left(tip: Message) -> bool:
    """Whether it had passed its point of no return before this write."""
    return db.session.scalar(select(Message.state).where(Message.id == tip.id)) in GONE
