"""What the database knows of the hosts' time: when they are open, what takes them, and which starts count."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.hosts import DayOverride, Host, ImportedBusy, ImportedCalendar, OpeningHours
from app.consultations.kinds import ConsultationKind, host_kind
from app.consultations.models import Consultation, ConsultationState, Hold
from app.consultations.slots import Busy
from app.consultations.spans import Span
from app.consultations.windows import DAY, HostHours, HoursOfDay, WeeklyHours, open_windows
from app.core.db import db
from app.core.language import local_zone
from app.core.wall_clock import monday_of, start_of_day

TAKES_ITS_HOUR = (
    ConsultationState.REQUESTED,
    ConsultationState.BOOKED,
    ConsultationState.HELD,
    ConsultationState.NO_SHOW,
)
"""A booking in one of these takes its host's time, and counts towards the limits. The others do neither."""

Ignored = Consultation | Hold | None
Taken = sa.Select[int, int, datetime, datetime, int, int, int]

NOBODY = 0
"""The key of no row."""


@dataclass(slots=True)
class HostTime:
    """When one host is open on some days, and what is in and around them."""

    windows: list[Span]
    busy: list[Busy] = field(default_factory=list)
    counted: list[datetime] = field(default_factory=list)
    """The starts of one kind of consultation, in the whole of every week that the days touch."""


def hosts_of(kind: ConsultationKind) -> Sequence[Host]:
    """Who holds that kind now: active hosts who may sign in."""
    return db.session.scalars(
        sa.select(Host)
        .join(host_kind, host_kind.c.host_id == Host.id)
        .join(User, User.id == Host.user_id)
        .where(host_kind.c.kind_id == kind.id, Host.is_active, User.is_active)
        .order_by(Host.id)
    ).all()


def time_of(
    hosts: Sequence[Host],
    kind: ConsultationKind,
    first_on: date,
    last_on: date,
    now: datetime,
    ignoring: Ignored = None,
) -> dict[int, HostTime]:
    """The hosts' time around these local days, by host, in as many queries for many hosts as for one.

    Bookings, holds that are not over and imported times take them, each with its travel and its buffers. What is to be
    ignored, as when it is being moved, neither takes time nor counts.
    """
    zone = local_zone()
    times = {
        host_id: HostTime(open_windows(hours, first_on, last_on, zone))
        for host_id, hours in hours_of(hosts, last_on + DAY).items()
    }
    begins, ends = _weeks_around(first_on, last_on, zone)
    for booked in (_bookings(times, begins, ends, ignoring), _holds(times, begins, ends, now, ignoring)):
        for host_id, kind_id, starts_at, ends_at, travel_minutes, before, after in db.session.execute(booked):
            travel = timedelta(minutes=travel_minutes)
            times[host_id].busy.append(Busy(starts_at - travel, ends_at + travel, before, after))
            if kind_id == kind.id:
                times[host_id].counted.append(starts_at)
    for host_id, starts_at, ends_at in db.session.execute(imported_times(times, begins, ends)):
        times[host_id].busy.append(Busy(starts_at, ends_at))
    return times


def _weeks_around(first_on: date, last_on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the Monday to the Sunday, and a day more each way: travel, buffers and meetings reach over midnight."""
    return start_of_day(monday_of(first_on) - DAY, zone), start_of_day(monday_of(last_on) + 8 * DAY, zone)


def hours_of(hosts: Collection[Host], last_on: date) -> dict[int, HostHours]:
    """When the hosts are open until that day, by host."""
    ids = [host.id for host in hosts]
    weekly: dict[int, list[WeeklyHours]] = defaultdict(list)
    for host_id, weekday, opens_minute, closes_minute, since, until in db.session.execute(_opening_hours(ids)):
        weekly[host_id].append(WeeklyHours(weekday, opens_minute, closes_minute, since, until))
    overrides: dict[int, dict[date, list[HoursOfDay]]] = defaultdict(lambda: defaultdict(list))
    for host_id, day, opens, closes in db.session.execute(_overrides(ids, last_on)):
        differing = overrides[host_id][day]
        if opens is not None and closes is not None:
            differing.append(HoursOfDay(opens, closes))
    return {
        host.id: HostHours(weekly[host.id], overrides[host.id], host.is_closed_on_holidays, host.is_closed_on_eves)
        for host in hosts
    }


def _opening_hours(host_ids: Collection[int]) -> sa.Select[int, int, int, int, date | None, date | None]:
    row = OpeningHours
    return sa.select(
        row.host_id, row.weekday, row.opens_minute, row.closes_minute, row.valid_from_on, row.valid_until_on
    ).where(row.host_id.in_(host_ids))


def _overrides(host_ids: Collection[int], until: date) -> sa.Select[int, date, int | None, int | None]:
    row = DayOverride
    wanted = row.host_id.in_(host_ids), row.day_on <= until
    return sa.select(row.host_id, row.day_on, row.opens_minute, row.closes_minute).where(*wanted)


def _bookings(host_ids: Collection[int], begins: datetime, ends: datetime, ignoring: Ignored) -> Taken:
    row = Consultation
    return sa.select(
        row.host_id,
        row.kind_id,
        row.starts_at,
        row.ends_at,
        row.travel_minutes,
        row.buffer_before_minutes,
        row.buffer_after_minutes,
    ).where(
        row.host_id.in_(host_ids),
        row.starts_at.between(begins, ends),
        row.state.in_(TAKES_ITS_HOUR),
        row.id != (ignoring.id if isinstance(ignoring, Consultation) else NOBODY),
    )


def _holds(host_ids: Collection[int], begins: datetime, ends: datetime, now: datetime, ignoring: Ignored) -> Taken:
    row, kind = Hold, ConsultationKind
    return (
        sa.select(
            row.host_id,
            row.kind_id,
            row.starts_at,
            row.ends_at,
            row.travel_minutes,
            kind.buffer_before_minutes,
            kind.buffer_after_minutes,
        )
        .join(kind, kind.id == row.kind_id)
        .where(
            row.host_id.in_(host_ids),
            row.starts_at.between(begins, ends),
            row.expires_at > now,
            row.id != (ignoring.id if isinstance(ignoring, Hold) else NOBODY),
        )
    )


def imported_times(host_ids: Collection[int], begins: datetime, ends: datetime) -> sa.Select[int, datetime, datetime]:
    """What is taken in calendars kept elsewhere between two moments: of which host, from and until."""
    row = ImportedBusy
    return (
        sa.select(ImportedCalendar.host_id, row.starts_at, row.ends_at)
        .join(ImportedCalendar, ImportedCalendar.id == row.calendar_id)
        .where(ImportedCalendar.host_id.in_(host_ids), row.starts_at < ends, row.ends_at > begins)
    )
