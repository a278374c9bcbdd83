from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from app.core.db import at_most, db
from app.core.paging import Order, Page, page_of
from app.core.statements import Statement
from app.mail.models import (
    IS_FRESH,
    IS_STOPPED,
    IS_SUSPECT,
    IS_WAITING,
    NEEDS_PERSON,
    Channel,
    JobRun,
    Message,
    MessageEvent,
    MessageState,
    Worker,
)

KEYS_AT_ONCE = 1000
"""In one statement: SQLite takes 32 766 values, and PostgreSQL 65 535."""
HEARTBEAT_LATE_AFTER = timedelta(minutes=5)
FAILING_AFTER = timedelta(minutes=15)
"""How long mail may be held up before somebody is told."""


class Shelf(StrEnum):
    """The parts that the list of messages is looked at in."""

    ALL = "all"
    WAITING = "waiting"
    SENT = "sent"
    NEEDS_PERSON = "needs_person"
    STOPPED = "stopped"


SHELVES = {
    Shelf.WAITING: IS_WAITING.text,
    Shelf.SENT: "state = 'sent'",
    Shelf.NEEDS_PERSON: NEEDS_PERSON.text,
    Shelf.STOPPED: IS_STOPPED.text,
}
"""In the literal words of the partial indexes, which answer to no others."""

NEWEST_FIRST = (Order((Message.id,), is_descending=True),)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether what was promised is being sent."""

    heartbeat_at: datetime | None
    is_heartbeat_late: bool
    """No sign of life from any scheduler for five minutes, or ever."""
    mail_failing_since: datetime | None
    """Since when the way out has been failing without a break."""
    waiting_since: datetime | None
    """When the message at the head of the line was due; None when nothing due waits."""
    is_mail_failing: bool
    """One of these two for over a quarter of an hour."""
    needs_person: int
    """Messages that have failed and wait for somebody to decide."""


def system_health(now: datetime) -> Health:
    """How the scheduler and the mail are doing, by one statement."""
    heartbeat_at, failing_since, waiting_since, needs_person = _HEALTH.run({"now": now})[0]
    held_up = [since for since in (failing_since, waiting_since) if since is not None]
    return Health(
        heartbeat_at=heartbeat_at,
        is_heartbeat_late=heartbeat_at is None or now - heartbeat_at > HEARTBEAT_LATE_AFTER,
        mail_failing_since=failing_since,
        waiting_since=waiting_since,
        is_mail_failing=any(now - since > FAILING_AFTER for since in held_up),
        needs_person=needs_person,
    )


def messages_page(shelf: Shelf, after: str | None) -> Page:
    """Messages of one shelf, the newest first; each row is a message."""
    query = sa.select(Message)
    if shelf in SHELVES:
        query = query.where(sa.text(SHELVES[shelf]))
    return page_of(query, NEWEST_FIRST, after)


def _count(shelf: Shelf) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(Message.id)).where(sa.text(SHELVES[shelf])).scalar_subquery()


def _head(line: sa.TextClause) -> sa.ScalarSelect[datetime]:
    """When the most urgent of those that are due was due."""
    return (
        sa.select(Message.due_at)
        .where(sa.text(line.text), Message.due_at <= sa.bindparam("now", type_=Message.due_at.type))
        .order_by(Message.priority, Message.due_at, Message.id)
        .limit(at_most(1))
        .scalar_subquery()
    )


_HEALTH = Statement(
    sa.select(
        sa.select(sa.func.max(Worker.heartbeat_at)).scalar_subquery(),
        sa.select(sa.func.min(Channel.failing_since)).scalar_subquery(),
        sa.func.coalesce(_head(IS_FRESH), _head(IS_SUSPECT)),
        _count(Shelf.NEEDS_PERSON),
    )
)


def shelf_counts() -> dict[Shelf, int]:
    """How many wait, and how many need a person: the counts that ask for something."""
    row = db.session.execute(sa.select(_count(Shelf.WAITING), _count(Shelf.NEEDS_PERSON))).one()
    return {Shelf.WAITING: row[0], Shelf.NEEDS_PERSON: row[1]}


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


def job_runs() -> Sequence[JobRun]:
    """The last run of each job, by name."""
    return db.session.scalars(sa.select(JobRun).order_by(JobRun.name)).all()


def workers() -> Sequence[Worker]:
    """The schedulers that have shown signs of life in the last day, the liveliest first."""
    return db.session.scalars(sa.select(Worker).order_by(Worker.heartbeat_at.desc())).all()


def failing_channels() -> Sequence[Channel]:
    """Ways out that fail right now."""
    return db.session.scalars(sa.select(Channel).where(Channel.failing_since.is_not(None))).all()
