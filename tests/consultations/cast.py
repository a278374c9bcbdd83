"""Hosts, kinds and bookings for the tests of consultations; stored when the write ends."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import User
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation, ConsultationState
from app.core.db import db
from app.core.language import local_zone
from app.leads.models import Lead
from tests.conftest import NOW

TOMORROW_AT_NINE = NOW + timedelta(hours=23)
"""Tuesday, in Stockholm."""


def add_host(user: User, **changes: Any) -> Host:
    """The user holds consultations."""
    host = Host(user=user, **changes)
    db.session.add(host)
    db.session.flush()
    return host


def add_kind(*hosts: Host, slug: str = "samtal", **changes: Any) -> ConsultationKind:
    """Half an hour on the phone, published, held by these hosts; whatever else is said."""
    values = {
        "name_sv": "Telefonsamtal",
        "name_en": "Phone talk",
        "is_published": True,
        "place": Place.PHONE,
        "length_minutes": 30,
        "step_minutes": 30,
        **changes,
    }
    kind = ConsultationKind(slug=slug, hosts=list(hosts), **values)
    db.session.add(kind)
    db.session.flush()
    return kind


def add_consultation(
    kind: ConsultationKind, lead: Lead, starts_at: datetime = TOMORROW_AT_NINE, **changes: Any
) -> Consultation:
    """The row of a booking with the kind's first host, and nothing of what the services do beside it."""
    zone = local_zone()
    values = {
        "host": kind.hosts[0],
        "state": ConsultationState.BOOKED,
        "ends_at": starts_at + timedelta(minutes=kind.length_minutes),
        "wall_clock": f"{starts_at.astimezone(zone):%Y-%m-%dT%H:%M}",
        "zone": zone.key,
        "place": kind.place,
        "email": "siv@example.se",
        "phone": "070-174 06 21",
        "created_at": NOW,
        **changes,
    }
    consultation = Consultation(
        uid=f"{secrets.token_hex(8)}@stilla.example.se", kind=kind, lead=lead, starts_at=starts_at, **values
    )
    db.session.add(consultation)
    db.session.flush()
    return consultation
