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
from app.reports.local_days import day_number, day_of, month_of, number_of, wall_seconds, weekday_of
from app.reports.medians import SECONDS_OF_A_DAY, medians, seconds_of
from app.reports.scope import Scope
from app.reports.touches import IS_A_LETTER
from app.reports.walks import Usual, usual

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
    query = sa.select(sa.func.min(Enquiry.received_at)).where(*_asked(scope))
    first: datetime | None = db.session.scalar(query.join(Enquiry.lead) if scope.whose() else query)
    return first


def first_words(
    scope: Scope, clock: Clock, weekdays: Sequence[int] = (), months: Sequence[date] = ()
) -> tuple[list[Letters], Mapping[int, Usual]]:
    """The enquiries of the period, and the wait in the middle: of all, and by these days of the week and months.

    All of it by one statement, since to find the first word to each enquiry is most of the work.
    """
    found = _with_days(scope, clock)
    middles = _middles(found, weekdays, months).subquery()
    each = sa.select(*_facts(found, clock)).subquery()
    unsaid = (sa.null() for _ in range(len(each.c) - 1))
    rows = db.session.execute(
        sa.union_all(
            sa.select(*each.c, sa.func.count(), sa.null()).group_by(*each.c),
            sa.select(middles.c.of_group, *unsaid, middles.c.size, middles.c.middle).where(middles.c.size > 0),
        )
    ).all()
    known = [Letters(day_of(day), *facts) for day, *facts, middle in rows if middle is None]
    return known, {group: usual(count, middle) for group, *_, count, middle in rows if middle is not None}


def _with_days(scope: Scope, clock: Clock) -> sa.CTE:
    """Each enquiry with its day and that of the first word after it, both by the clock on the wall."""
    letter = _with_first_words(scope)
    received, answered = (
        wall_seconds(seconds, clock.zone, clock.since, clock.now) for seconds in (letter.c.received, letter.c.answered)
    )
    known = sa.select(
        letter.c.received_at,
        letter.c.state,
        day_number(received).label("day"),
        answered.label("answered"),
        (letter.c.answered - letter.c.received).label("seconds"),
    )
    return known.cte("letter_of_day").prefix_with("MATERIALIZED")


def _with_first_words(scope: Scope) -> sa.CTE:
    """Each enquiry with the moment of the first answer or talk on the telephone after it, looked up once."""
    first_word = (
        sa.select(sa.func.min(LeadEvent.at))
        .where(LeadEvent.lead_id == Enquiry.lead_id, LeadEvent.at >= Enquiry.received_at, IS_SPOKEN)
        .correlate(Enquiry)
        .scalar_subquery()
    )
    received, answered = seconds_of(Enquiry.received_at).label("received"), seconds_of(first_word).label("answered")
    found = sa.select(Enquiry.received_at, Enquiry.state, received, answered).where(*_asked(scope))
    found = found.join(Enquiry.lead) if scope.whose() else found
    return found.cte("letter").prefix_with("MATERIALIZED")


def _asked(scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [IS_A_LETTER, scope.period.has_moment(Enquiry.received_at), *scope.whose()]


def _facts(found: sa.CTE, clock: Clock) -> Sequence[sa.ColumnElement[Any]]:
    """What `Letters` holds, save how many."""
    return (
        found.c.day,
        (day_number(found.c.answered) - found.c.day).label("days_waited"),
        sa.func.coalesce(found.c.answered % SECONDS_OF_A_DAY <= clock.closes_at_seconds, sa.false()).label("in_hours"),
        sa.func.coalesce(found.c.seconds <= SECONDS_OF_A_DAY, sa.false()).label("within_a_day"),
        (found.c.state == EnquiryState.OPEN).label("is_open"),
        (found.c.received_at < clock.now - timedelta(days=1)).label("is_a_day_old"),
    )


def _middles(found: sa.CTE, weekdays: Sequence[int], months: Sequence[date]) -> sa.CompoundSelect[int, int, Any]:
    of_all, weekday = sa.literal(ALL, sa.Integer).label("all"), (weekday_of(found.c.day) + WEEKDAYS).label("weekday")
    answered = sa.select(of_all, weekday, found.c.day, found.c.seconds).where(found.c.seconds.is_not(None))
    waits = answered.cte("wait").prefix_with("MATERIALIZED")
    parts = medians(waits, waits.c.all, waits.c.seconds, [ALL])
    if weekdays:
        parts += medians(waits, waits.c.weekday, waits.c.seconds, [WEEKDAYS + day for day in weekdays])
    if months:
        month = (month_of(waits.c.day, months) + MONTHS).label("month")
        in_months = sa.select(month, waits.c.seconds).where(waits.c.day >= number_of(months[0]))
        late = in_months.cte("wait_of_month").prefix_with("MATERIALIZED")
        parts += medians(late, late.c.month, late.c.seconds, [MONTHS + place for place in range(len(months))])
    return sa.union_all(*parts)
