"""Hosts, kinds and bookings that the tests of consultations and of what shows them share; stored with the write."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.availability import free_times
from app.consultations.booking import Booker
from app.consultations.hosts import DayOverride, Host, OpeningHours
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation, ConsultationState, OccupiedCell
from app.consultations.travel import NO_TRAVEL, Travel
from app.contacts.services import person
from app.core.db import db
from app.core.language import local_zone
from app.leads.models import EventKind, Lead, LeadEvent
from tests.conftest import NOW

NINE, FIVE = 9 * 60, 17 * 60
TOMORROW_AT_NINE = NOW + timedelta(hours=23)
"""The Tuesday after NOW, 09.00 in Stockholm."""
HALF_AN_HOUR = timedelta(minutes=30)
A_DAY = timedelta(days=1)
SIV = Booker(person("Siv Lund", "siv@example.se", "070-174 06 21"))
BO = Booker(person("Bo Ek", "bo@example.se", "070-174 06 22"))
"""Strangers with a form."""


def add_host(user: User, *, opens: int = NINE, closes: int = FIVE, weekdays: str = "01234", **changes: Any) -> Host:
    """A user who is at home to visitors on working days, by wall-clock minutes."""
    host = Host(user=user, **changes)
    db.session.add(host)
    db.session.flush()
    for weekday in map(int, weekdays):
        db.session.add(OpeningHours(host_id=host.id, weekday=weekday, opens_minute=opens, closes_minute=closes))
    db.session.flush()
    return host


def add_override(host: Host, on: date, opens: int | None = None, closes: int | None = None) -> DayOverride:
    """A day that differs: closed where no hours are given."""
    override = DayOverride(host_id=host.id, day_on=on, opens_minute=opens, closes_minute=closes)
    db.session.add(override)
    db.session.flush()
    return override


def add_kind(*hosts: Host, slug: str = "samtal", **changes: Any) -> ConsultationKind:
    """Half an hour on the phone, published, half a day ahead at the latest; whatever else is said."""
    facts: dict[str, Any] = {
        "name_sv": "Samtal på telefon",
        "name_en": "Talk on the phone",
        "is_published": True,
        "place": Place.PHONE,
        "length_minutes": 30,
        "step_minutes": 30,
        "notice": 12,
        **changes,
    }
    kind = ConsultationKind(slug=slug, hosts=list(hosts), **facts)
    db.session.add(kind)
    db.session.flush()
    return kind


def add_consultation(
    lead: Lead, kind: ConsultationKind, starts_at: datetime = TOMORROW_AT_NINE, host: Host | None = None, **changes: Any
) -> Consultation:
    """A booking as a bare row: no cells, no mails, nothing on the timeline."""
    zone = local_zone()
    state = changes.get("state", ConsultationState.BOOKED)
    is_ahead = state in (ConsultationState.REQUESTED, ConsultationState.BOOKED)
    facts: dict[str, Any] = {
        "uid": f"{secrets.token_hex(8)}@ledtrad.example.se",
        "state": state,
        "ends_at": starts_at + timedelta(minutes=kind.length_minutes),
        "wall_clock": f"{starts_at.astimezone(zone):%Y-%m-%dT%H:%M}",
        "zone": zone.key,
        "place": kind.place,
        "email": lead.contact.email,
        "phone": lead.contact.phone,
        "created_at": NOW,
        "settled_at": None if is_ahead else NOW,
        **changes,
    }
    consultation = Consultation(lead=lead, kind=kind, host=host or kind.hosts[0], starts_at=starts_at, **facts)
    db.session.add(consultation)
    db.session.flush()
    return consultation


def cells(host: Host) -> dict[int, int | None]:
    """The taken cells, and whose booking each is."""
    rows = db.session.execute(sa.select(OccupiedCell.cell, OccupiedCell.consultation_id).filter_by(host_id=host.id))
    return dict(rows.all())


def is_offered(kind: ConsultationKind, starts_at: datetime, now: datetime = NOW, travel: Travel = NO_TRAVEL) -> bool:
    """Whether visitors are shown that time."""
    day = starts_at.astimezone(local_zone()).date()
    return starts_at in [time.starts_at for time in free_times(kind, day, day, now, travel=travel)]


def events_of(lead: Lead) -> list[EventKind]:
    """What the lead's timeline tells, the first first."""
    query = sa.select(LeadEvent.kind).where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.id)
    return list(db.session.scalars(query))
