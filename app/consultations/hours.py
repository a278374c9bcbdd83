"""Whose hours can be booked: becoming a host, the week, and the days that differ from it.

None of this moves a booking. What lies outside the hours afterwards is for the host to decide (`affected.py`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.hosts import DayOverride, Host, OpeningHours
from app.consultations.hour_queries import differing_days, every_host, host_of, hosts_among
from app.consultations.kind_queries import every_kind
from app.consultations.windows import DAY, HoursOfDay, WeeklyHours
from app.core.db import db
from app.core.errors import RuleBroken

LONGEST_STRETCH = 366
"""How many days may be made to differ at once."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What a host says of themselves, by the names of the columns."""

    is_active: bool = True
    video_address: str = ""
    is_closed_on_holidays: bool = True
    is_closed_on_eves: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that differ in the same way: closed, or open at these hours alone."""

    first_on: date
    last_on: date
    hours: tuple[HoursOfDay, ...]


def become_host(user: User) -> Host:
    """Let a user hold consultations, without hours yet. The first host of all holds every kind there is."""
    known = host_of(user.id)
    if known is not None:
        return known
    is_first = not every_host()
    host = Host(user_id=user.id)
    db.session.add(host)
    if is_first:
        for kind in every_kind():
            kind.hosts.append(host)
    db.session.flush()
    return host


def hosts_of_users(user_ids: Collection[int]) -> list[Host]:
    """The users as hosts; those who were none become one."""
    known = hosts_among(user_ids)
    for user_id in user_ids:
        if user_id not in known:
            known[user_id] = Host(user_id=user_id)
            db.session.add(known[user_id])
    db.session.flush()
    return [known[user_id] for user_id in user_ids]


def describe_host(host: Host, facts: HostFacts) -> None:
    """Where video talks are held, which days are closed, and whether visitors are offered the host's hours at all."""
    host.is_active = facts.is_active
    host.video_address = facts.video_address
    host.is_closed_on_holidays, host.is_closed_on_eves = facts.is_closed_on_holidays, facts.is_closed_on_eves


def change_week(host: Host, week: Iterable[WeeklyHours]) -> None:
    """Put these hours in the place of the host's week."""
    db.session.execute(sa.delete(OpeningHours).where(OpeningHours.host_id == host.id))
    db.session.add_all(OpeningHours(host_id=host.id, **hours._asdict()) for hours in week)
    db.session.flush()


def change_days(host: Host, days: Collection[date], hours: Sequence[HoursOfDay], today: date) -> bool:
    """Let these days have hours of their own, or none: whatever the week, holidays and earlier changes say.

    Says whether some of them differed before. Days gone by are refused.
    """
    if not days:
        raise RuleBroken(_l("Välj minst en dag."))
    if min(days) < today:
        raise RuleBroken(_l("Den dagen har redan varit. Välj en dag från och med i dag."))
    if len(days) > LONGEST_STRETCH:
        raise RuleBroken(_l("Välj högst ett år åt gången."))
    replaces = bool(differing_days(host.id, days))
    as_usual(host, days)
    ranges: list[tuple[int, int] | tuple[None, None]] = [*hours] or [(None, None)]
    db.session.add_all(
        DayOverride(host_id=host.id, day_on=day, opens_minute=opens, closes_minute=closes)
        for day in sorted(days)
        for opens, closes in ranges
    )
    db.session.flush()
    return replaces


def as_usual(host: Host, days: Collection[date]) -> None:
    """Let these days follow the week again."""
    these = DayOverride.host_id == host.id, DayOverride.day_on.in_(days)
    db.session.execute(sa.delete(DayOverride).where(*these))


def days_between(first_on: date, last_on: date) -> list[date]:
    """Each day from one until another; none when they stand the wrong way round.

    Of more than may differ at once no more than it takes to refuse them.
    """
    length = min((last_on - first_on).days + 1, LONGEST_STRETCH + 1)
    return [first_on + number * DAY for number in range(length)]


def stretches(overrides: Iterable[DayOverride]) -> list[Stretch]:
    """Days that differ, in order, those in a row that are alike made one."""
    by_day: dict[date, list[HoursOfDay]] = {}
    for row in overrides:
        ranges = by_day.setdefault(row.day_on, [])
        if row.opens_minute is not None and row.closes_minute is not None:
            ranges.append(HoursOfDay(row.opens_minute, row.closes_minute))
    found: list[Stretch] = []
    for day, ranges in by_day.items():
        hours = tuple(ranges)
        if found and found[-1].last_on + DAY == day and found[-1].hours == hours:
            found[-1] = Stretch(found[-1].first_on, day, hours)
        else:
            found.append(Stretch(day, day, hours))
    return found
