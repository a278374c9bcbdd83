"""Mails that are called off or replaced on their way, and answers that nobody asked for."""

import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db, writing
from app.mail.delivery import Sender
from app.mail.models import Message, MessageState, Suppression
from app.mail.services import cancel
from app.mail.smtp import Smtp
from tests.mail.conftest import Clock
from tests.mail.post_office import PostOffice
from tests.mail.processes import by_smtp, processes, states_in_a_hurry, wait_until

PlanMany = Callable[..., set[str]]

MAILS = 150
ENDED = {MessageState.SENT, MessageState.CANCELLED, MessageState.SUPPRESSED}


def test_nothing_leaves_once_an_erasure_is_stored(
    app: Flask, plan_many: PlanMany, office: PostOffice, tmp_path: Path, database: str
) -> None:
    plan_many(MAILS)
    machines = 1 if database == "sqlite" else 3
    with processes(app, tmp_path, machines, **by_smtp(office, LEDTRAD_MAIL_SENDERS="2")) as senders:
        wait_until(lambda: len(office.taken) > MAILS // 10, senders[0])
        with writing():
            cancel(now(), reason="raderad", kind="test_service")
            left_before = _have_left()
        wait_until(lambda: states_in_a_hurry() <= ENDED, senders[0])
        time.sleep(0.5)

    assert office.ids() == dict.fromkeys(left_before, 1)
    assert len(left_before) < MAILS


def _have_left() -> set[str]:
    """What had passed its point of no return before everything else was called off in this write."""
    gone = Message.state.in_((MessageState.SENDING, MessageState.SENT))
    return set(db.session.scalars(select(Message.message_id).where(gone)))


def test_an_answer_to_our_own_mail_is_never_asked_for_and_changes_nothing(
    app: Flask, plan_many: PlanMany, office: PostOffice, clock: Clock
) -> None:
    """No mail is taken in, so a forged bounce reaches nobody; and each of ours says that no program shall answer it."""
    plan_many(3)
    clock.moment = now()

    Sender(app, Smtp(office.server()), clock=clock).send_due()

    assert [b"\r\nAuto-Submitted: auto-generated\r\n" in content for _, content in office.taken] == [True] * 3
    assert db.session.scalars(select(Suppression)).all() == []
