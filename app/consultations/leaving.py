"""What a host who leaves has promised: somebody has to hold it, or to move it."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import ngettext

from app.consultations.hosts import Host
from app.consultations.models import IS_AHEAD, Consultation
from app.core.db import db
from app.leads.leaving import Remains


def _talks_ahead(user_id: int, now: datetime) -> int:
    ahead = sa.select(sa.func.count()).select_from(Consultation).join(Consultation.host)
    return db.session.scalar(ahead.where(IS_AHEAD, Consultation.starts_at >= now, Host.user_id == user_id)) or 0


TALKS = Remains(
    lambda count: ngettext("En bokad konsultation", "%(num)s bokade konsultationer", count),
    _talks_ahead,
    "consultations.calendar",
)
"""Whether another host is free then is seen in the calendar, where each can be moved."""
