"""Consultations as what their leads wait for; registered with the follow-ups."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.consultations.kinds import Place
from app.consultations.labels import PLACE_ICONS
from app.consultations.models import IS_AHEAD, Consultation
from app.core.db import db
from app.follow_ups.appointments import Appointment


def appointments_of(lead_ids: Collection[int]) -> dict[int, Appointment]:
    """Each lead's earliest consultation that is still to be held, or told of how it went."""
    query = sa.select(Consultation.lead_id, Consultation.starts_at, Consultation.ends_at, Consultation.place)
    rows = db.session.execute(
        query.where(Consultation.lead_id.in_(lead_ids), IS_AHEAD).order_by(Consultation.starts_at, Consultation.id)
    )
    earliest: dict[int, Appointment] = {}
    for lead_id, starts_at, ends_at, place in rows:
        earliest.setdefault(lead_id, _appointment(starts_at, ends_at, place))
    return earliest


def appointment_of(consultation: Consultation) -> Appointment:
    """A consultation as what its lead waits for."""
    return _appointment(consultation.starts_at, consultation.ends_at, consultation.place)


def _appointment(starts_at: datetime, ends_at: datetime, place: Place) -> Appointment:
    return Appointment(starts_at, ends_at, PLACE_ICONS[place], _l("Konsultation"), _l("Hur gick konsultationen?"))
