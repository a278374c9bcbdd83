"""Calendars that hosts keep elsewhere: what is busy there is busy here. What for is never read."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask_babel import gettext as _

from app.consultations import calendar_reader
from app.consultations.calendar_reader import Asked
from app.consultations.hosts import Host, ImportedBusy, ImportedCalendar
from app.consultations.import_failures import failure_words
from app.consultations.models import Consultation
from app.consultations.spans import Span, merged
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.fetching import THE_WORLD, FetchFailed, Outside, fetch
from app.core.language import local_zone
from app.core.wall_clock import start_of_day

FETCH_EVERY = timedelta(minutes=15)
STALE_AFTER = timedelta(hours=6)
"""How old the copy that counts may be before somebody is told."""
BEHIND = timedelta(days=1)
AHEAD = timedelta(days=400)
MOST_CALENDARS = 10
"""For each host; all are fetched in turn."""
READING_SECONDS = 30.0
NO_CALENDAR = "no_calendar"
"""What lies at the address is no calendar, or more than can be read."""
PARTLY = "partly"
"""It was read, but for some events that could not be understood."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one try to read a calendar came to."""

    failure: str | None = None
    is_read: bool = False
    """Whether the server gave us the calendar, or said that it is the same."""
    etag: str | None = None
    busy: Sequence[Span] | None = None
    """When it is busy, in order; None where the last copy goes on counting."""


def add_calendar(host: Host, name: str, address: str, found: Look, now: datetime) -> ImportedCalendar:
    """Count a calendar's times as busy from now on, and read it again every quarter of an hour.

    `found` is a first look at that address. Refuses one that could not be read, which the host has already, and more
    than ten.
    """
    if not found.is_read:
        raise RuleBroken(failure_words(found.failure))
    known = calendars_of(host)
    if any(calendar.address == address for calendar in known):
        raise RuleBroken(_("Den kalendern finns redan här."))
    if len(known) >= MOST_CALENDARS:
        raise RuleBroken(_("Fler än tio kalendrar går inte. Ta bort en först."))
    calendar = ImportedCalendar(host=host, name=name, address=address)
    db.session.add(calendar)
    db.session.flush()
    keep(calendar, found, now)
    return calendar


def remove_calendar(calendar: ImportedCalendar) -> None:
    """Read it no more; what was busy there is free here."""
    db.session.delete(calendar)


def https_form(address: str) -> str:
    """The address as it is fetched: `webcal:` is what calendar programs call https."""
    scheme, _colon, rest = address.partition(":")
    return f"https:{rest}" if scheme.casefold() in ("webcal", "webcals") else address


def calendars_of(host: Host) -> Sequence[ImportedCalendar]:
    """All that are read for the host, in the order they were added."""
    of_host = ImportedCalendar.host_id == host.id
    return db.session.scalars(sa.select(ImportedCalendar).where(of_host).order_by(ImportedCalendar.id)).all()


def calendars_due(now: datetime) -> Sequence[int]:
    """Those of active hosts that have not been tried for a quarter of an hour, the longest ago first."""
    return db.session.scalars(
        sa.select(ImportedCalendar.id)
        .join(ImportedCalendar.host)
        .where(Host.is_active, _is_due(now))
        .order_by(ImportedCalendar.tried_at.nulls_first(), ImportedCalendar.id)
    ).all()


def claim(calendar_id: int, now: datetime) -> bool:
    """Take it upon us to fetch a calendar that is due; False where another scheduler was first."""
    change = sa.update(ImportedCalendar).where(ImportedCalendar.id == calendar_id, _is_due(now)).values(tried_at=now)
    return db.session.scalar(change.returning(ImportedCalendar.id)) is not None


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(ImportedCalendar.tried_at.is_(None), ImportedCalendar.tried_at <= now - FETCH_EVERY)


def what_to_ask(now: datetime) -> Asked:
    """From the start of yesterday, for over a year; and which events are our own bookings coming back."""
    zone = local_zone()
    first = start_of_day(now.astimezone(zone).date() - BEHIND, zone)
    own = db.session.scalars(sa.select(Consultation.uid).where(Consultation.ends_at > first))
    return Asked(zone.key, int(first.timestamp()), int((first + AHEAD).timestamp()), tuple(own))


def known_etag(calendar: ImportedCalendar, now: datetime) -> str | None:
    """How the server knows the copy that counts. Nothing once a day: what recurs has then to be read further ahead."""
    zone = local_zone()
    is_of_today = calendar.fetched_at and calendar.fetched_at.astimezone(zone).date() == now.astimezone(zone).date()
    return calendar.etag if is_of_today and calendar.failure is None else None


def look(address: str, etag: str | None, asked: Asked, outside: Outside = THE_WORLD) -> Look:
    """Fetch and read a calendar, which may take half a minute. It ends the reading transaction under way."""
    db.session.rollback()  # no snapshot stays open while we talk to a stranger
    try:
        found = fetch(address, etag, outside=outside)
    except FetchFailed as failure:
        return Look(failure.fault.value)
    if found.content is None:
        return Look(is_read=True, etag=etag)
    return _read_apart(found.content, found.etag, asked)


def _read_apart(content: bytes, etag: str | None, asked: Asked) -> Look:
    """Have the file read by a process that knows nothing of us, and can be stopped."""
    script = Path(calendar_reader.__file__)
    question = json.dumps(asdict(asked)).encode() + b"\n" + content
    try:
        reader = subprocess.run(  # noqa: S603  (our own file, and no word of the stranger's among its arguments)
            [sys.executable, "-I", str(script)],
            input=question,
            capture_output=True,
            timeout=READING_SECONDS,
            check=True,
            env={},
        )
    except subprocess.SubprocessError:
        return Look(NO_CALENDAR)
    busy = json.loads(reader.stdout)
    spans = [
        (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        for start, end in merged(map(tuple, busy["spans"]))
    ]
    return Look(PARTLY if busy["unreadable"] else None, True, etag, spans)


def keep(calendar: ImportedCalendar, found: Look, now: datetime) -> None:
    """Store what was found. After a failure the last copy goes on counting."""
    calendar.tried_at, calendar.failure = now, found.failure
    if not found.is_read:
        return
    calendar.fetched_at, calendar.etag = now, found.etag
    if found.busy is not None:
        _replace(calendar.id, found.busy)


def _replace(calendar_id: int, spans: Sequence[Span]) -> None:
    of_it = ImportedBusy.calendar_id == calendar_id
    known = sa.select(ImportedBusy.starts_at, ImportedBusy.ends_at).where(of_it).order_by(ImportedBusy.starts_at)
    if [tuple(row) for row in db.session.execute(known)] == list(spans):
        return
    db.session.execute(sa.delete(ImportedBusy).where(of_it))
    if spans:
        db.session.execute(
            sa.insert(ImportedBusy),
            [{"calendar_id": calendar_id, "starts_at": start, "ends_at": end} for start, end in spans],
        )


def stale_calendars(now: datetime) -> Sequence[ImportedCalendar]:
    """Those of active hosts that have been tried, and whose copy is hours old, or has never been."""
    is_old = sa.or_(ImportedCalendar.fetched_at.is_(None), ImportedCalendar.fetched_at <= now - STALE_AFTER)
    return db.session.scalars(
        sa.select(ImportedCalendar)
        .join(ImportedCalendar.host)
        .where(Host.is_active, ImportedCalendar.tried_at.is_not(None), is_old)
        .order_by(ImportedCalendar.id)
    ).all()
