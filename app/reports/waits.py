"""How long those who wrote to us waited for the first word from us, counted in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.core.db import db
from app.enquiries.models import Enquiry, EnquiryState
from app.leads.models import IS_SPOKEN, LeadEvent
from app.reports.local_days import day_number, day_of, month_of, wall_seconds, weekday_of
from app.reports.medians import SECONDS_OF_A_DAY, medians, seconds_of
from app.reports.scope import Scope
from app.reports.touches import IS_A_LETTER
from app.reports.walks import Usual

ALL, WEEKDAYS, MONTHS = 0, 1, 10
"""The numbers of the groups that have a median: of all, of each day of the week, of each month."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Enquiries of which the same is known: on which local day they came, and when we said a first word."""

    day: date
    days_waited: int | None
    """Local days until the day of that word; None while there is none."""
    is_before_closing: bool
    """Whether the word was said while we were still open on its day."""
    is_within_a_day: bool
    is_open: bool
    """Whether they still wait for an answer."""
    is_a_day_old: bool
    count: int


@dataclass(frozen=True, slots=True)
class Clock:
    """What days are counted by: the zone, since when, until now, and when we close."""

    zone: ZoneInfo
    since: datetime
    now: datetime
    closes_at: time

    @property
    def closes_at_seconds(self) -> int:
        return (self.closes_at.hour * 60 + self.closes_at.minute) * 60


def first_letter_at(scope: Scope) -> datetime | None:
    """When the first enquiry of the period came."""
    first: datetime | None = db.session.scalar(_asked(scope, sa.func.min(Enquiry.received_at)))
    return first


def letters(scope: Scope, clock: Clock) -> list[Letters]:
    """The enquiries of the period, those of which the same is known together."""
    found = _with_first_words(scope)
    received, answered = (wall_seconds(moment, clock.zone, clock.since, clock.now) for moment in found.c[:2])
    facts = (
        day_number(received).label("day"),
        (day_number(answered) - day_number(received)).label("days_waited"),
        sa.func.coalesce(answered % SECONDS_OF_A_DAY <= clock.closes_at_seconds, sa.false()).label("before_closing"),
        sa.func.coalesce(_waited(found) <= SECONDS_OF_A_DAY, sa.false()).label("within_a_day"),
        (found.c.state == EnquiryState.OPEN).label("is_open"),
        (found.c.received_at < clock.now - timedelta(days=1)).label("is_a_day_old"),
    )
    each = sa.select(*facts).subquery()
    rows = db.session.execute(sa.select(*each.c, sa.func.count()).group_by(*each.c))
    return [Letters(day_of(day), *known) for day, *known in rows]


def usual_wait(scope: Scope) -> Usual | None:
    """The wait in the middle of all."""
    found = _with_first_words(scope)
    waits = sa.select(_waited(found).label("seconds")).where(found.c.answered_at.is_not(None)).subquery()
    row = db.session.execute(medians(waits, sa.literal(ALL, sa.Integer), waits.c.seconds)).one_or_none()
    return Usual(row[1], timedelta(seconds=float(row[2]))) if row else None


def usual_waits(scope: Scope, clock: Clock, months: list[date]) -> Mapping[int, Usual]:
    """The wait in the middle: of all, of those that came on each day of the week, and of those of each month."""
    found = _with_first_words(scope)
    received = wall_seconds(found.c.received_at, clock.zone, clock.since, clock.now)
    day = day_number(received)
    waits = (
        sa.select(
            sa.literal(ALL, sa.Integer).label("all"),
            (weekday_of(day) + WEEKDAYS).label("weekday"),
            (month_of(day, months) + MONTHS).label("month"),
            _waited(found).label("seconds"),
        )
        .where(found.c.answered_at.is_not(None))
        .cte()
    )
    groups: Sequence[sa.ColumnElement[int]] = (waits.c.all, waits.c.weekday, waits.c.month)
    rows = db.session.execute(sa.union_all(*(medians(waits, group, waits.c.seconds) for group in groups)))
    return {group: Usual(count, timedelta(seconds=float(middle))) for group, count, middle in rows if group is not None}


def _asked(scope: Scope, *columns: Any) -> sa.Select[Any]:
    """The letters of the period; their leads are looked up only where it matters whose they are."""
    letters_then = sa.select(*columns).where(IS_A_LETTER, scope.period.has_moment(Enquiry.received_at))
    return letters_then.join(Enquiry.lead).where(*scope.whose()) if scope.whose() else letters_then


def _with_first_words(scope: Scope) -> sa.CTE:
    """Each enquiry with the moment of the first answer or talk on the telephone after it, looked up once."""
    first_word = (
        sa.select(sa.func.min(LeadEvent.at))
        .where(LeadEvent.lead_id == Enquiry.lead_id, LeadEvent.at >= Enquiry.received_at, IS_SPOKEN)
        .correlate(Enquiry)
        .scalar_subquery()
    )
    found = _asked(scope, Enquiry.received_at, first_word.label("answered_at"), Enquiry.state)
    return found.cte("letter").prefix_with("MATERIALIZED")


def _waited(found: sa.CTE) -> sa.ColumnElement[int]:
    return seconds_of(found.c.answered_at) - seconds_of(found.c.received_at)
