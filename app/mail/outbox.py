"""The rows of the outbox and how they move: claimed, past the point of no return, settled, taken back.

Every change is fenced: it names the lease that its sender holds, and changes nothing once another has taken over.
Call these inside `writing()`.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.rows import plain, table_of
from app.core.statements import Statement
from app.mail.kinds import kind_of
from app.mail.marketing import queue_for_mailbox, why_later, why_refused
from app.mail.models import (
    IS_FRESH,
    IS_SUSPECT,
    IS_UNDER_WAY,
    Message,
    MessageClass,
    MessageEvent,
    MessageState,
    SuppressionScope,
)
from app.mail.outcomes import RETRY_AFTER, may_be_sent_again, next_try_at
from app.mail.suppressions import is_stopped

MOST_CLAIMS = 3
"""A message whose text could not be made after this many claims is poison, and dead."""
MOST_DEATHS = 5
"""So is one that this many senders did not survive. More, since a sender may die of something else at that moment."""

_MESSAGE = table_of(Message)
_IS_HELD = sa.and_(_MESSAGE.c.id == sa.bindparam("held_id"), _MESSAGE.c.lease_token == sa.bindparam("held_token"))
_PASS = Statement(
    sa.update(_MESSAGE)
    .where(_IS_HELD, sa.text("state = 'claimed'"), _MESSAGE.c.lease_until >= sa.bindparam("at_least"))
    .values(state=MessageState.SENDING, claims=0)
    .returning(_MESSAGE.c.id)
)
_NOTE = Statement(sa.insert(table_of(MessageEvent)).inline(), ("message_id", "at", "state", "reason", "words"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one sender holds until its lease is over.

    `message` is the row as it was taken, in no session: the next statement that names its lease tells whether it has
    changed since.
    """

    message: Message
    token: str
    lease_until: datetime

    @property
    def id(self) -> int:
        return self.message.id


@dataclass(frozen=True, slots=True)
class Move:
    """Where a message goes from a sender's hands, and what is noted about it."""

    state: MessageState
    reason: str | None = None
    due_at: datetime | None = None
    changes: tuple[tuple[str, Any], ...] = ()


def claim(now: datetime, most: int, lease: timedelta) -> list[Claimed]:
    """Take up to `most` due messages, most urgent first, for the length of a lease.

    A message that an earlier sender did not survive is taken alone, so that it cannot bring others down.
    """
    token, until = secrets.token_hex(16), now + lease
    taken = _take(IS_SUSPECT.text, 1, now, token, until) or _take(IS_FRESH.text, most, now, token, until)
    _note(((claimed.id, MessageState.CLAIMED, None) for claimed in taken), now)
    return taken


def _take(condition: str, most: int, now: datetime, token: str, until: datetime) -> list[Claimed]:
    rows = _claim_statement(condition).run({"at": now, "most": most, "token": token, "until": until})
    messages = [plain(Message, **dict(zip(_MESSAGE.c.keys(), row, strict=True))) for row in rows]
    messages.sort(key=lambda message: (message.priority, message.due_at, message.id))
    return [Claimed(message, token, until) for message in messages]


@cache
def _claim_statement(condition: str) -> Statement:
    """One statement on both databases; a CTE, since PostgreSQL may run a subquery with SKIP LOCKED more than once."""
    chosen = (
        sa.select(_MESSAGE.c.id)
        # The condition in literal words: partial indexes answer only to them.
        .where(sa.text(condition), _MESSAGE.c.due_at <= sa.bindparam("at"))
        .order_by(_MESSAGE.c.priority, _MESSAGE.c.due_at, _MESSAGE.c.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return Statement(
        sa.update(_MESSAGE)
        .where(_MESSAGE.c.id.in_(sa.select(chosen.c.id)), _MESSAGE.c.state == MessageState.PENDING)
        .values(
            state=MessageState.CLAIMED,
            lease_token=sa.bindparam("token"),
            lease_until=sa.bindparam("until"),
            claims=_MESSAGE.c.claims + 1,
        )
        .returning(*_MESSAGE.c)
    )


def why_not_now(message: Message, now: datetime) -> Move | None:
    """The guards: what stops this message from being sent at this moment, None when nothing does."""
    if message.expires_at <= now:
        return Move(MessageState.EXPIRED, "too_late")
    if is_stopped(message.address, SuppressionScope.ALL):
        return Move(MessageState.SUPPRESSED, "address_suppressed")
    is_marketing = message.message_class is MessageClass.MARKETING
    if is_marketing and (refusal := why_refused(message)):
        return Move(MessageState.SUPPRESSED, refusal)
    reason = kind_of(message.kind).why_not(message)
    if reason is not None:
        return Move(MessageState.CANCELLED, reason[:300])
    if is_marketing and (later := why_later(message, now)):
        return Move(MessageState.PENDING, later.reason, later.at, (("claims", 0),))
    return None


def pass_point_of_no_return(claimed: Claimed, words: str, now: datetime, needed: timedelta) -> bool:
    """Mark the message as being sent with these words, if it is still ours for `needed` longer and every guard agrees.

    Otherwise it is put where it belongs: stopped by a guard to that guard's end; a lease too short, back in line;
    cancelled or taken over by another, left alone.
    """
    is_ours = _run(_PASS, claimed, at_least=now + needed)
    if not is_ours:
        settle(claimed, Move(MessageState.PENDING, "lease_too_short", changes=(("claims", 0),)), now)
        return False
    if claimed.message.message_class is MessageClass.MARKETING:
        queue_for_mailbox(claimed.message)
    stopped = why_not_now(claimed.message, now)
    if stopped is not None:
        settle(claimed, stopped, now)
        return False
    _note([(claimed.id, MessageState.SENDING, None)], now, words)
    return True


def settle(claimed: Claimed, move: Move, now: datetime) -> bool:
    """Put a message down where `move` says. False, and no change, when it is no longer ours."""
    changes = dict(move.changes)
    if move.due_at is not None:
        changes["due_at"] = move.due_at
    is_ours = _change(claimed, state=move.state, lease_token=None, lease_until=None, **changes)
    if is_ours:
        _note([(claimed.id, move.state, move.reason)], now)
    return is_ours


def give_back(batch: Sequence[Claimed], reason: str, now: datetime) -> None:
    """Return messages that were claimed and not begun; nothing is counted."""
    for claimed in sorted(batch, key=lambda claimed: claimed.id):  # in the order in which others lock them
        settle(claimed, Move(MessageState.PENDING, reason, changes=(("claims", claimed.message.claims - 1),)), now)


def acquit(claimed: Claimed) -> None:
    """Its text could be made after all: what happened to an earlier sender was not its fault."""
    _change(claimed, claims=0)


def take_back(now: datetime, *, is_only_worker: bool = False) -> int:
    """Put down what senders left behind: everything whose lease is over, or everything under way for the only worker.

    The message that a sender had in hand goes back in line, or is dead after too many claims; those that it had not
    begun go back with nothing counted. One past its point of no return may have arrived: its outcome is unknown.
    """
    left = [sa.text(IS_UNDER_WAY.text)] + ([] if is_only_worker else [Message.lease_until <= now])
    query = sa.select(Message).where(*left).with_for_update(skip_locked=True)
    rows = db.session.scalars(query.order_by(Message.priority, Message.due_at, Message.id)).all()
    begun = {message.lease_token for message in rows if message.state is MessageState.SENDING}
    for message in rows:
        if message.state is MessageState.SENDING:
            move = _after_unknown(message, now)
        elif message.lease_token in begun:
            move = Move(MessageState.PENDING, "lease_over", changes=(("claims", message.claims - 1),))
        else:
            move = _after_death(message.claims, now)
        begun.add(message.lease_token)
        for name, value in move.changes:
            setattr(message, name, value)
        message.state, message.lease_token, message.lease_until = move.state, None, None
        message.due_at = move.due_at or message.due_at
        db.session.add(MessageEvent(message_id=message.id, at=now, state=move.state, reason=move.reason))
    return len(rows)


def _after_death(deaths: int, now: datetime) -> Move:
    """Again at once the first time; then later and later, so that it is not what every new sender begins with."""
    if deaths >= MOST_DEATHS:
        return Move(MessageState.DEAD, "poison")
    return Move(MessageState.PENDING, "lease_over", now + RETRY_AFTER[deaths - 2] if deaths > 1 else None)


def after_failed_text(claimed: Claimed, fault: str, now: datetime) -> Move:
    """The text could not be made: again in a minute, dead after too many claims. `fault` is a type's name."""
    note = (("last_error", fault),)
    if claimed.message.claims >= MOST_CLAIMS:
        return Move(MessageState.DEAD, "poison", changes=note)
    return Move(MessageState.PENDING, "no_text", now + timedelta(minutes=1), note)


def _after_unknown(message: Message, now: datetime) -> Move:
    """It may have arrived: a service mail goes once more with the same Message-ID, others wait for a person."""
    unknown, attempts = message.unknown_outcomes + 1, message.attempts + 1
    counted = (("unknown_outcomes", unknown), ("attempts", attempts), ("claims", 0))
    at = next_try_at(attempts, now, message.created_at, message.expires_at)
    if at is None or not may_be_sent_again(message.message_class, unknown):
        return Move(MessageState.UNCERTAIN, "outcome_unknown", changes=counted)
    return Move(MessageState.PENDING, "outcome_unknown", at, counted)


def after_unknown(claimed: Claimed, words: str, now: datetime) -> Move:
    """What follows when the server's answer to the final dot was lost."""
    move = _after_unknown(claimed.message, now)
    return Move(move.state, move.reason, move.due_at, (*move.changes, ("last_error", words[:300])))


def _change(claimed: Claimed, **values: Any) -> bool:
    """Change a message that is under way; whether it was still ours."""
    return _run(_change_of(tuple(values)), claimed, **values)


@cache
def _change_of(columns: tuple[str, ...]) -> Statement:
    return Statement(sa.update(_MESSAGE).where(_IS_HELD, IS_UNDER_WAY).returning(_MESSAGE.c.id), columns)


def _run(statement: Statement, claimed: Claimed, **values: Any) -> bool:
    return bool(statement.run({"held_id": claimed.id, "held_token": claimed.token, **values}))


def _note(steps: Iterable[tuple[int, MessageState, str | None]], now: datetime, words: str | None = None) -> None:
    _NOTE.run_each(
        {"message_id": id_, "at": now, "state": state, "reason": reason, "words": words} for id_, state, reason in steps
    )
