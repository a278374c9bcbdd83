"""Whether what was promised is being sent, in one line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import format_timedelta
from flask_babel import gettext as _

from app.core.clock import now
from app.core.db import db
from app.mail.models import Channel, Worker

LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The line, and whether somebody should look into it."""

    words: str
    is_worrying: bool


def heartbeat() -> Heartbeat:
    """How the scheduler and the mail are doing right now, by one statement."""
    moment = now()
    beat = sa.select(sa.func.max(Worker.heartbeat_at)).scalar_subquery()
    failing = sa.select(sa.func.min(Channel.failing_since)).scalar_subquery()
    beat_at, failing_since = db.session.execute(sa.select(beat, failing)).one()
    return tell(beat_at, failing_since, moment)


def tell(beat_at: datetime | None, failing_since: datetime | None, moment: datetime) -> Heartbeat:
    """The line for a last heartbeat and a failing mail channel."""
    if beat_at is None:
        return Heartbeat(_("Påminnelser har aldrig körts"), True)
    ago = format_timedelta(beat_at - moment, add_direction=True, threshold=1.2)
    if moment - beat_at > LATE_AFTER:
        return Heartbeat(_("Påminnelser körde senast %(ago)s", ago=ago), True)
    if failing_since is not None:
        return Heartbeat(_("Mejl går inte ut sedan %(ago)s", ago=format_timedelta(moment - failing_since)), True)
    return Heartbeat(_("Påminnelser körde %(ago)s", ago=ago), False)
