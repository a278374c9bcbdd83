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
from app.mail.kinds import kind_of
from app.mail.models import (
    IS_PENDING,
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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one sender holds until its lease is over."""

    id: int
    message_class: MessageClass
    created_at: datetime
    expires_at: datetime
    claims: int
    attempts: int
    unknown_outcomes: int
    token: str
    lease_until: datetime


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
    taken = _take(IS_SUSPECT.text, 1, now, token, until) or _take(
        f"{IS_PENDING.text} AND claims = 0", most, now, token, until
    )
    _note(((claimed.id, MessageState.CLAIMED, None) for claimed in taken), now)
    return taken


def _take(condition: str, most: int, now: datetime, token: str, until: datetime) -> list[Claimed]:
    rows = db.session.execute(
        _claim_statement(condition), {"at": now, "most": most, "token": token, "until": until}
    ).all()
    in_order = sorted(rows, key=lambda row: (row.priority, row.due_at, row.id))
    return [
        Claimed(
            row.id,
            row.message_class,
            row.created_at,
            row.expires_at,
            row.claims,
            row.attempts,
            row.unknown_outcomes,
            token,
            until,
        )
        for row in in_order
    ]


@cache
def _claim_statement(condition: str) -> sa.UpdateBase:
    """One statement on both databases; a CTE, since PostgreSQL may run a subquery with SKIP LOCKED more than once."""
    table = Message.__table__
    chosen = (
        sa.select(table.c.id)
        # The condition in literal words: partial indexes answer only to them.
        .where(sa.text(condition), table.c.due_at <= sa.bindparam("at"))
        .order_by(table.c.priority, table.c.due_at, table.c.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return (
        sa.update(Message)
        .where(Message.id.in_(sa.select(chosen.c.id)), Message.state == MessageState.PENDING)
        .values(
            state=MessageState.CLAIMED,
            lease_token=sa.bindparam("token"),
            lease_until=sa.bindparam("until"),
            claims=Message.claims + 1,
        )
        .returning(
            Message.id,
            Message.message_class,
            Message.priority,
            Message.due_at,
            Message.created_at,
            Message.expires_at,
            Message.claims,
            Message.attempts,
            Message.unknown_outcomes,
        )
        .execution_options(synchronize_session=False)
    )


def why_not_now(message: Message, now: datetime) -> Move | None:
    """The guards: what stops this message from being sent at this moment, None when nothing does."""
    if message.expires_at <= now:
        return Move(MessageState.EXPIRED, "too_late")
    if is_stopped(message.address, SuppressionScope.ALL):
        return Move(MessageState.SUPPRESSED, "address_suppressed")
    reason = kind_of(message.kind).why_not(message)
    return Move(MessageState.CANCELLED, reason[:300]) if reason is not None else None


def pass_point_of_no_return(claimed: Claimed, now: datetime, needed: timedelta) -> bool:
    """Mark the message as being sent, if it is still ours for `needed` longer and every guard agrees.

    Otherwise it is put where it belongs: stopped by a guard to that guard's end; a lease too short, back in line;
    cancelled or taken over by another, left alone.
    """
    message = db.session.scalars(
        sa.update(Message)
        .where(_is_held(claimed, MessageState.CLAIMED), Message.lease_until >= now + needed)
        .values(state=MessageState.SENDING, claims=0)
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if message is None:
        settle(claimed, Move(MessageState.PENDING, "lease_too_short", changes=(("claims", 0),)), now)
        return False
    stopped = why_not_now(message, now)
    if stopped is not None:
        settle(claimed, stopped, now)
        return False
    _note([(claimed.id, MessageState.SENDING, None)], now)
    return True


def settle(claimed: Claimed, move: Move, now: datetime) -> bool:
    """Put a message down where `move` says. False, and no change, when it is no longer ours."""
    changes = dict(move.changes)
    if move.due_at is not None:
        changes["due_at"] = move.due_at
    held = _is_held(claimed, MessageState.CLAIMED, MessageState.SENDING)
    values = {"state": move.state, "lease_token": None, "lease_until": None, **changes}
    moved = sa.update(Message).where(held).values(values).returning(Message.id)
    is_ours = db.session.connection().execute(moved).all()
    if is_ours:
        _note([(claimed.id, move.state, move.reason)], now)
    return bool(is_ours)


def give_back(batch: Sequence[Claimed], reason: str, now: datetime) -> None:
    """Return messages that were claimed and not begun; nothing is counted."""
    for claimed in batch:
        settle(claimed, Move(MessageState.PENDING, reason, changes=(("claims", claimed.claims - 1),)), now)


def acquit(claimed: Claimed) -> None:
    """Its text could be made after all: what happened to an earlier sender was not its fault."""
    db.session.execute(
        sa.update(Message)
        .where(_is_held(claimed, MessageState.CLAIMED))
        .values(claims=0)
        .execution_options(synchronize_session=False)
    )


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
    if claimed.claims >= MOST_CLAIMS:
        return Move(MessageState.DEAD, "poison", changes=note)
    return Move(MessageState.PENDING, "no_text", now + timedelta(minutes=1), note)


def _after_unknown(message: Message | Claimed, now: datetime) -> Move:
    """It may have arrived: a service mail goes once more with the same Message-ID, others wait for a person."""
    unknown, attempts = message.unknown_outcomes + 1, message.attempts + 1
    counted = (("unknown_outcomes", unknown), ("attempts", attempts), ("claims", 0))
    at = next_try_at(attempts, now, message.created_at, message.expires_at)
    if at is None or not may_be_sent_again(message.message_class, unknown):
        return Move(MessageState.UNCERTAIN, "outcome_unknown", changes=counted)
    return Move(MessageState.PENDING, "outcome_unknown", at, counted)


def after_unknown(claimed: Claimed, words: str, now: datetime) -> Move:
    """What follows when the server's answer to the final dot was lost."""
    move = _after_unknown(claimed, now)
    return Move(move.state, move.reason, move.due_at, (*move.changes, ("last_error", words[:300])))


def _is_held(claimed: Claimed, *states: MessageState) -> sa.ColumnElement[bool]:
    return sa.and_(Message.id == claimed.id, Message.lease_token == claimed.token, Message.state.in_(states))


def _note(steps: Iterable[tuple[int, MessageState, str | None]], now: datetime) -> None:
    rows = [{"message_id": id_, "at": now, "state": state, "reason": reason} for id_, state, reason in steps]
    if rows:
        db.session.connection().execute(sa.insert(MessageEvent), rows)
