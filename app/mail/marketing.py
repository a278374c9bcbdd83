"""When a mail that offers something may go: only to who said yes, seldom, by day (marknadsföringslagen 19, 20 §§)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, current_app

from app.core.db import db
from app.core.language import local_zone
from app.core.turns import take_turns
from app.core.wall_clock import moment_of
from app.core.workdays import is_day_of_rest
from app.mail.models import IS_MARKETING, Message, MessageState, SuppressionScope
from app.mail.suppressions import UNSUBSCRIBED, is_stopped

MOST, WITHIN = 2, timedelta(days=7)
"""What the words of the consent promise."""
OPENS, CLOSES = time(7, 0), time(20, 0)

NO_CONSENT = "no_consent"
TOO_MANY = "weekly_limit"
QUIET = "quiet_hours"

MAY_HAVE_ARRIVED = (MessageState.SENT, MessageState.SENDING, MessageState.UNCERTAIN)

ConsentRule = Callable[[Message], bool]
_KEY = "ledtrad.marketing_consent"


@dataclass(frozen=True, slots=True)
class Later:
    """A mail that must wait: until when, and why."""

    at: datetime
    reason: str


def consent_is_known_by(app: Flask, rule: ConsentRule) -> None:
    """Let the room that knows tell whether a consent is in force for a mail. Until one does, there is none."""
    app.extensions[_KEY] = rule


def why_refused(message: Message) -> str | None:
    """Why the mail may never go as things stand; None when it may."""
    if is_stopped(message.address, SuppressionScope.MARKETING):
        return UNSUBSCRIBED
    has_consent: ConsentRule | None = current_app.extensions.get(_KEY)
    return None if has_consent is not None and has_consent(message) else NO_CONSENT


def queue_for_mailbox(message: Message) -> None:
    """Wait, inside `writing()`, until other senders have counted and marked theirs to the same mailbox or lead."""
    lead = [f"marketing:lead:{message.lead_id}"] if message.lead_id is not None else []
    take_turns(f"marketing:{message.address}", *lead)


def why_later(message: Message, now: datetime) -> Later | None:
    """Until when the mail waits, and why; None when it may go now."""
    zone = local_zone()
    earlier = _earlier(message, now)
    if len(earlier) == MOST:
        return Later(next_open_moment(earlier[-1] + WITHIN, zone), TOO_MANY)
    opens_at = next_open_moment(now, zone)
    return Later(opens_at, QUIET) if opens_at > now else None


def next_open_moment(now: datetime, zone: ZoneInfo) -> datetime:
    """`now` between seven and eight in the evening local time on a day that is none of rest; else when it opens."""
    local = now.astimezone(zone)
    day, clock = local.date(), local.time()
    if not is_day_of_rest(day) and OPENS <= clock < CLOSES:
        return now
    if clock >= OPENS:
        day += timedelta(days=1)
    while is_day_of_rest(day):
        day += timedelta(days=1)
    return moment_of(day, OPENS, zone)


def _earlier(message: Message, now: datetime) -> list[datetime]:
    """When the latest others went to the same mailbox or for the same lead, the latest first; no more than count."""
    sent_at = sa.func.coalesce(Message.sent_at, Message.due_at)
    is_theirs = Message.address == message.address
    if message.lead_id is not None:
        is_theirs = sa.or_(is_theirs, Message.lead_id == message.lead_id)
    query = sa.select(sent_at).where(
        sa.text(IS_MARKETING.text),
        is_theirs,
        Message.id != message.id,
        Message.state.in_(MAY_HAVE_ARRIVED),
        sent_at > now - WITHIN,
    )
    return list(db.session.scalars(query.order_by(sent_at.desc()).limit(MOST)))
