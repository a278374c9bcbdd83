"""The way out as a whole: when it fails it rests, and one mail tries it before the rest follow."""

from datetime import datetime, timedelta
from enum import Enum, auto

import sqlalchemy as sa

from app.core.db import db
from app.mail.models import Channel
from app.mail.outcomes import channel_pause


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
    channel = _locked(name)
    if channel is None:
        channel = Channel(name=name, streak=0)
        db.session.add(channel)
    if not is_probe and channel.streak > 0 and channel.paused_until is not None and channel.paused_until > now:
        return None
    channel.streak += 1
    rest = channel_pause(channel.streak)
    channel.paused_until = now + rest
    channel.failing_since = channel.failing_since or now
    channel.last_error = words[:300]
    return rest


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
