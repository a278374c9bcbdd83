"""Bookings that hours, leave or days off have left outside (booking rule 17). They stay until somebody decides."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from app.consultations.models import IS_AHEAD, Consultation
from app.consultations.outside_hours import those_outside_hours
from app.consultations.queries import WITH_ALL
from app.core.db import db
from app.core.language import local_zone


def affected(now: datetime, host_id: int | None = None) -> list[Consultation]:
    """Bookings ahead that lie outside their host's hours as these are now, the earliest first; of one host or of all.

    Neither those that we have agreed to keep nor those whose visitors have been asked to choose another time.
    """
    undecided = _undecided(now, host_id)
    return those_outside_hours(undecided) if undecided else []


def booked_on(host_id: int, days: Collection[date], now: datetime) -> int:
    """How many bookings ahead the host has on these local days."""
    query = sa.select(Consultation.starts_at).where(
        IS_AHEAD, Consultation.starts_at > now, Consultation.host_id == host_id
    )
    zone, wanted = local_zone(), set(days)
    return sum(start.astimezone(zone).date() in wanted for start in db.session.scalars(query))


def _undecided(now: datetime, host_id: int | None) -> Sequence[Consultation]:
    query = sa.select(Consultation).where(
        IS_AHEAD,
        Consultation.starts_at > now,
        Consultation.is_outside_hours.is_(False),
        Consultation.asked_to_move_at.is_(None),
    )
    if host_id is not None:
        query = query.where(Consultation.host_id == host_id)
    return db.session.scalars(query.options(*WITH_ALL).order_by(Consultation.starts_at, Consultation.id)).all()
