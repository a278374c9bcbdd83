"""The mail of the past: what the outbox would remember of it, had it been sent when it was due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from app.core.db import db
from app.mail.models import Message, MessageEvent, MessageState
from app.mail.suppressions import stop_undeliverable

ACCEPTED_WITH = 250
REFUSED_WITH, REFUSAL = 550, "550 5.1.1 mailbox unavailable"
CLOSED_AFTER = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Gone:
    """An address that does not exist, and who saw that and closed the mail that had come back."""

    address: str
    closed_by: str


Step = tuple[MessageState, datetime, str | None]


def settle_past_mail(now: datetime, gone: Gone, chance: Random) -> None:
    """Nothing planned for the past leaves any more: it was sent when it was due.

    Mail to the address that is gone was refused the first time, and no more was sent there.
    """
    due = sa.select(Message).where(Message.state == MessageState.PENDING, Message.due_at <= now)
    steps = [
        {"message_id": message.id, "state": state, "at": min(now, at), "reason": reason}
        for message in db.session.scalars(due.order_by(Message.due_at, Message.id))
        for state, at, reason in _live(message, now, gone, chance)
    ]
    if steps:
        db.session.execute(sa.insert(MessageEvent), steps)


def _live(message: Message, now: datetime, gone: Gone, chance: Random) -> list[Step]:
    """Bring the message to its end, and say by which steps it came there."""
    at = min(now, message.due_at + timedelta(milliseconds=chance.randint(300, 4000)))
    steps: list[Step] = [(MessageState.CLAIMED, at, None)]
    if message.address != gone.address:
        message.attempts, message.last_code, message.sent_at = 1, ACCEPTED_WITH, at
        steps += [(MessageState.SENDING, at, None), (MessageState.SENT, at, None)]
    elif _is_first_to(gone.address, message):
        message.attempts, message.last_code, message.last_error = 1, REFUSED_WITH, REFUSAL
        stop_undeliverable(gone.address, at)
        steps += [
            (MessageState.SENDING, at, None),
            (MessageState.FAILED, at, REFUSAL),
            (MessageState.CANCELLED, at + CLOSED_AFTER, gone.closed_by),
        ]
    else:
        steps.append((MessageState.SUPPRESSED, at, "address_suppressed"))
    message.state = steps[-1][0]
    return steps


def _is_first_to(address: str, message: Message) -> bool:
    first = sa.select(sa.func.min(Message.id)).where(Message.address == address)
    return db.session.scalar(first) == message.id
