"""Whether the house does what it promised: signs of life, the way out, the line, the jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import at_most, db
from app.core.statements import Statement
from app.mail.models import IS_FRESH, IS_MISSED, IS_SUSPECT, NEEDS_PERSON, Channel, JobRun, Message, Worker

HEARTBEAT_LATE_AFTER = timedelta(minutes=5)
FAILING_AFTER = timedelta(minutes=15)
"""How long mail may be held up before somebody is told."""


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
    missed: int = 0
    """Messages that came too late to be sent, as long as nobody has said that they know."""
    failing_job: str | None = None
    """The job that has failed every time for the longest, for over a quarter of an hour."""
    job_failing_since: datetime | None = None


def system_health(now: datetime) -> Health:
    """How the scheduler and the mail are doing, by one statement."""
    asked = {"now": now, "long_ago": now - FAILING_AFTER}
    heartbeat_at, failing_since, waiting_since, needs_person, missed, job, job_since = _HEALTH.run(asked)[0]
    held_up = [since for since in (failing_since, waiting_since) if since is not None]
    return Health(
        heartbeat_at=heartbeat_at,
        is_heartbeat_late=heartbeat_at is None or now - heartbeat_at > HEARTBEAT_LATE_AFTER,
        mail_failing_since=failing_since,
        waiting_since=waiting_since,
        is_mail_failing=any(now - since > FAILING_AFTER for since in held_up),
        needs_person=needs_person,
        missed=missed,
        failing_job=job,
        job_failing_since=job_since,
    )


def _count(words: sa.TextClause) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(Message.id)).where(sa.text(words.text)).scalar_subquery()


def _head(line: sa.TextClause) -> sa.ScalarSelect[datetime]:
    """When the most urgent of those that are due was due."""
    return (
        sa.select(Message.due_at)
        .where(sa.text(line.text), Message.due_at <= sa.bindparam("now", type_=Message.due_at.type))
        .order_by(Message.priority, Message.due_at, Message.id)
        .limit(at_most(1))
        .scalar_subquery()
    )


_FAILS_EVERY_TIME = (
    JobRun.failing_since < JobRun.started_at,
    JobRun.failing_since <= sa.bindparam("long_ago", type_=JobRun.started_at.type),
)
"""Failed at least twice, and for long."""


def _failing_job(column: InstrumentedAttribute[Any]) -> sa.ScalarSelect[Any]:
    longest = (JobRun.failing_since, JobRun.name)
    return sa.select(column).where(*_FAILS_EVERY_TIME).order_by(*longest).limit(at_most(1)).scalar_subquery()


_HEALTH = Statement(
    sa.select(
        sa.select(sa.func.max(Worker.heartbeat_at)).scalar_subquery(),
        sa.select(sa.func.min(Channel.failing_since)).scalar_subquery(),
        sa.func.coalesce(_head(IS_FRESH), _head(IS_SUSPECT)),
        _count(NEEDS_PERSON),
        _count(IS_MISSED),
        _failing_job(JobRun.name),
        _failing_job(JobRun.failing_since),
    )
)


def job_runs() -> Sequence[JobRun]:
    """The last run of each job, by name."""
    return db.session.scalars(sa.select(JobRun).order_by(JobRun.name)).all()


def workers() -> Sequence[Worker]:
    """The schedulers that have shown signs of life in the last day, the liveliest first."""
    return db.session.scalars(sa.select(Worker).order_by(Worker.heartbeat_at.desc())).all()


def failing_channels() -> Sequence[Channel]:
    """Ways out that fail right now."""
    return db.session.scalars(sa.select(Channel).where(Channel.failing_since.is_not(None))).all()
