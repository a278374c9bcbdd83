"""The days of the calendar: when the hosts are open, what takes their time, and who has booked it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from app.consultations.calendar_days import Block, Stretch, blocks_of, hours_shown, side_by_side
from app.consultations.host_time import hours_of, imported_times
from app.consultations.hosts import Host
from app.consultations.models import Consultation, Hold
from app.consultations.queries import consultations_between
from app.consultations.spans import Span, merged
from app.consultations.windows import DAY, open_windows
from app.core.db import db
from app.core.language import local_zone
from app.core.wall_clock import monday_of, start_of_day

USUAL_HOURS = (8, 17)
FARTHEST = 5 * 366 * DAY
"""From today, either way: beyond it there is nothing to see, and one day no date."""


class View(StrEnum):
    """How the calendar is looked at."""

    WEEK = "week"
    DAY = "day"
    LIST = "list"


class Taken(StrEnum):
    """What takes time without being a booking of ours."""

    HELD = "held"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: the open hours behind, what takes time before them, and the bookings by themselves."""

    on: date
    open: Sequence[Block]
    taken: Sequence[Block]
    bookings: Sequence[Consultation]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Some days, and between which full hours there is something to see."""

    days: Sequence[Day]
    first_hour: int
    last_hour: int


def span_of(view: View, on: date) -> tuple[date, date]:
    """The first and the last day that are shown with a day: itself, or its week."""
    if view is View.DAY:
        return on, on
    monday = monday_of(on)
    return monday, monday + 6 * DAY


def calendar_of(hosts: Sequence[Host], first_on: date, last_on: date, now: datetime) -> Calendar:
    """These local days of these hosts, in as many queries for many hosts as for one."""
    zone = local_zone()
    begins, ends = start_of_day(first_on, zone), start_of_day(last_on + DAY, zone)
    ids = [host.id for host in hosts]
    bookings = consultations_between(begins, ends, ids)
    taken = [
        *(Stretch(each.starts_at, each.ends_at, each) for each in bookings),
        *(Stretch(*span, Taken.HELD) for span in _held(ids, begins, ends, now)),
        *(Stretch(*span, Taken.BUSY) for span in _busy(ids, begins, ends)),
    ]
    windows = [Stretch(*span) for span in _open(hosts, first_on, last_on)]
    days = [
        Day(
            on,
            blocks_of(on, windows, zone),
            side_by_side(blocks_of(on, taken, zone)),
            [each for each in bookings if each.starts_at.astimezone(zone).date() == on],
        )
        for on in (first_on + count * DAY for count in range((last_on - first_on).days + 1))
    ]
    return Calendar(days, *hours_shown(((*day.open, *day.taken) for day in days), USUAL_HOURS))


def _open(hosts: Sequence[Host], first_on: date, last_on: date) -> list[Span]:
    """When at least one of them is open."""
    zone = local_zone()
    all_hours = hours_of(hosts, last_on + DAY).values()
    return merged(span for hours in all_hours for span in open_windows(hours, first_on, last_on, zone))


def _held(host_ids: Collection[int], begins: datetime, ends: datetime, now: datetime) -> Sequence[Span]:
    """What visitors keep while they fill in the form."""
    query = sa.select(Hold.starts_at, Hold.ends_at).where(Hold.host_id.in_(host_ids), Hold.expires_at > now)
    return db.session.execute(query.where(Hold.starts_at < ends, Hold.ends_at > begins)).all()


def _busy(host_ids: Collection[int], begins: datetime, ends: datetime) -> Sequence[Span]:
    """What is taken in calendars kept elsewhere, each host's and what overlaps made one."""
    rows = db.session.execute(imported_times(host_ids, begins, ends))
    return merged((starts_at, ends_at) for _host_id, starts_at, ends_at in rows)
