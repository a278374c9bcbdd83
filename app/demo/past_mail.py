"""The mail of the past: what the outbox would remember of it, had it been sent when it was due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.mail.models import Message, MessageEvent, MessageState
from app.mail.outbox import suppress
from app.mail.outcomes import UNDELIVERABLE

REFUSED_WITH = "550 5.1.1 mailbox unavailable"


def settle_past_mail(now: datetime, gone: str, chance: Random) -> None:
    """Nothing planned for the past leaves any more: it was sent when it was due.

    Mail to the address `gone` was refused the first time, and no more was sent there.
    """
    due = sa.select(Message).where(Message.state == MessageState.PENDING, Message.due_at <= now)
    steps: list[dict[str, Any]] = []
    for message in db.session.scalars(due.order_by(Message.due_at, Message.id)):
        _settle(message, min(now, message.due_at + timedelta(milliseconds=chance.randint(300, 4000))), gone)
        steps.extend(_steps_of(message, now))
    if steps:
        db.session.execute(sa.insert(MessageEvent), steps)


def _settle(message: Message, at: datetime, gone: str) -> None:
    if message.address != gone:
        message.state, message.attempts, message.last_code, message.sent_at = MessageState.SENT, 1, 250, at
    elif _is_first_to(message):
        message.state, message.attempts, message.last_code = MessageState.FAILED, 1, 550
        message.last_error = REFUSED_WITH
        suppress(message.address, UNDELIVERABLE, at)
    else:
        message.state = MessageState.SUPPRESSED


def _is_first_to(message: Message) -> bool:
    first = sa.select(sa.func.min(Message.id)).where(Message.address == message.address)
    return db.session.scalar(first) == message.id


def _steps_of(message: Message, now: datetime) -> Iterator[dict[str, Any]]:
    ends = message.sent_at or min(now, message.due_at + timedelta(seconds=1))
    steps: list[tuple[MessageState, str | None]] = [(MessageState.CLAIMED, None)]
    if message.state is MessageState.SUPPRESSED:
        steps.append((MessageState.SUPPRESSED, "address_suppressed"))
    else:
        steps += [(MessageState.SENDING, None), (message.state, message.last_error)]
    for state, reason in steps:
        yield {"message_id": message.id, "at": ends, "state": state, "reason": reason}
