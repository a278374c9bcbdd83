"""The way out as a whole: how much it may carry, and how it rests when it fails, until one mail has tried it again.

Its row is locked until the end of the write under way, so that senders in other processes and on other machines count
together. Call these inside `writing()`.
"""

from datetime import datetime, timedelta
from enum import Enum, auto

import sqlalchemy as sa

from app.core.db import db
from app.core.rows import insert_once
from app.mail.models import Channel
from app.mail.outcomes import channel_pause

SAVED_SECONDS = 1
"""How much of a minute's limit is saved up beside the next mail: what comes in between two looks of a sender."""


class Gate(Enum):
    """What may leave right now."""

    OPEN = auto()
    PROBE = auto()
    """One mail, to learn whether the channel works again."""
    CLOSED = auto()


def gate(name: str, now: datetime) -> Gate:
    """Whether mail may leave by this channel. Ask inside a write: until its end nobody else is told PROBE."""
    channel = _locked(name)
    if channel is None or channel.streak == 0:
        return Gate.OPEN
    return Gate.CLOSED if channel.paused_until is not None and channel.paused_until > now else Gate.PROBE


def start_probe(name: str, until: datetime) -> None:
    """Keep the others waiting while one mail tries the channel."""
    db.session.execute(sa.update(Channel).where(Channel.name == name).values(paused_until=until))


def pause(name: str, now: datetime, words: str, *, is_probe: bool) -> timedelta | None:
    """Count a failure and let the channel rest for the time given back.

    None, and nothing counted, when another sender's failure lets it rest already.
    """
    channel = _locked_or_new(name)
    if not is_probe and channel.streak > 0 and channel.paused_until is not None and channel.paused_until > now:
        return None
    channel.streak += 1
    rest = channel_pause(channel.streak)
    channel.paused_until = now + rest
    channel.failing_since = channel.failing_since or now
    channel.last_error = words[:300]
    return rest


def allowance(name: str, per_minute: int, now: datetime) -> int:
    """How many mails may leave at this moment, so that in no minute more than `per_minute` do.

    A token bucket. A clock that was set back grants nothing until time has passed anew.
    """
    channel, saved = _locked_or_new(name), per_minute * SAVED_SECONDS / 60
    if channel.tokens is None or channel.refilled_at is None:
        channel.tokens = 1 + saved
    else:
        minutes = max(0.0, (now - channel.refilled_at).total_seconds()) / 60
        # What is saved up may leave in the same minute as all that comes in: both are parts of its limit.
        channel.tokens = min(1 + saved, channel.tokens + minutes * (per_minute - saved))
    channel.refilled_at = now
    return int(channel.tokens)


def spend(name: str, count: int) -> None:
    """Take `count` mails off the allowance."""
    db.session.execute(sa.update(Channel).where(Channel.name == name).values(tokens=Channel.tokens - count))


def resume(name: str) -> bool:
    """The channel works. Tells whether it had been failing."""
    healed = db.session.scalars(
        sa.update(Channel)
        .where(Channel.name == name, Channel.streak > 0)
        .values(streak=0, paused_until=None, failing_since=None, last_error=None)
        .returning(Channel.name)
    ).all()
    return bool(healed)


def _locked(name: str) -> Channel | None:
    return db.session.scalar(sa.select(Channel).filter_by(name=name).with_for_update())


def _locked_or_new(name: str) -> Channel:
    channel = _locked(name)
    if channel is None:
        insert_once(Channel, name=name, streak=0)
        channel = _locked(name)
    assert channel is not None  # noqa: S101  (nobody deletes channels; for the type checker)
    return channel
