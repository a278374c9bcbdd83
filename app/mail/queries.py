from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.core.db import db
from app.core.paging import Order, Page, page_of
from app.mail.models import (
    IS_STOPPED,
    IS_WAITING,
    NEEDS_PERSON,
    Message,
    MessageEvent,
    MessageState,
)

KEYS_AT_ONCE = 1000
"""In one statement: SQLite takes 32 766 values, and PostgreSQL 65 535."""


class Shelf(StrEnum):
    """The parts that the list of messages is looked at in."""

    ALL = "all"
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    SENT = "sent"
    NEEDS_PERSON = "needs_person"
    MISSED = "missed"
    STOPPED = "stopped"


SHELVES = {
    Shelf.PLANNED: f"{IS_WAITING.text} AND state = 'pending' AND due_at > :now",
    Shelf.UNDER_WAY: f"{IS_WAITING.text} AND (state <> 'pending' OR due_at <= :now)",
    Shelf.SENT: "state = 'sent'",
    Shelf.NEEDS_PERSON: NEEDS_PERSON.text,
    Shelf.MISSED: f"{IS_STOPPED.text} AND state = 'expired'",
    Shelf.STOPPED: f"{IS_STOPPED.text} AND state <> 'expired'",
}
"""In the literal words of the partial indexes, which answer to no others."""

NEWEST_FIRST = (Order((Message.id,), is_descending=True),)
SOONEST_FIRST = (Order((Message.due_at, Message.id)),)
COUNTED = (Shelf.PLANNED, Shelf.UNDER_WAY, Shelf.NEEDS_PERSON)


def _is_on(shelf: Shelf, now: datetime) -> sa.TextClause:
    words = sa.text(SHELVES[shelf])
    at = sa.bindparam("now", now, type_=Message.due_at.type)
    return words.bindparams(at) if ":now" in SHELVES[shelf] else words


def messages_page(shelf: Shelf, kind: str | None, now: datetime, after: str | None) -> Page:
    """Messages of one shelf and, where it is named, one kind: what is planned soonest first, the rest newest first."""
    query = sa.select(Message)
    if shelf in SHELVES:
        query = query.where(_is_on(shelf, now))
    if kind:
        query = query.where(Message.kind == kind)
    return page_of(query, SOONEST_FIRST if shelf is Shelf.PLANNED else NEWEST_FIRST, after)


def shelf_counts(now: datetime) -> dict[Shelf, int]:
    """How many are on the shelves whose counts say something."""
    counts = (sa.select(sa.func.count(Message.id)).where(_is_on(shelf, now)).scalar_subquery() for shelf in COUNTED)
    return dict(zip(COUNTED, db.session.execute(sa.select(*counts)).one(), strict=True))


def messages_of(lead_id: int) -> Sequence[Message]:
    """Every message of a lead, the newest first."""
    return db.session.scalars(
        sa.select(Message).filter_by(lead_id=lead_id).order_by(Message.created_at.desc(), Message.id.desc())
    ).all()


def unplanned(keys: Sequence[str]) -> set[str]:
    """Which of these mails have never been planned; one that was called off has been."""
    left = set(keys)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        left.difference_update(db.session.scalars(sa.select(Message.dedupe_key).where(Message.dedupe_key.in_(some))))
    return left


def last_reasons(messages: Iterable[Message]) -> dict[int, str]:
    """Why each of them stands where it does, for those whose latest step has a reason."""
    ids = [message.id for message in messages if message.state is not MessageState.SENT]
    latest = sa.select(sa.func.max(MessageEvent.id)).where(MessageEvent.message_id.in_(ids))
    query = sa.select(MessageEvent.message_id, MessageEvent.reason).where(
        MessageEvent.id.in_(latest.group_by(MessageEvent.message_id)), MessageEvent.reason.is_not(None)
    )
    return {row.message_id: row.reason for row in db.session.execute(query)} if ids else {}


def history(message: Message) -> Sequence[MessageEvent]:
    """Every step of a message's life, the first first."""
    return db.session.scalars(sa.select(MessageEvent).filter_by(message_id=message.id).order_by(MessageEvent.id)).all()
