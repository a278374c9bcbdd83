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
    """The line; and where somebody should look into it, what to do."""

    words: str
    advice: str = ""

    @property
    def is_worrying(self) -> bool:
        return bool(self.advice)


def heartbeat() -> Heartbeat:
    """How the scheduler and the mail are doing right now, by one statement."""
    beat = sa.select(sa.func.max(Worker.heartbeat_at)).scalar_subquery()
    failing = sa.select(sa.func.min(Channel.failing_since)).scalar_subquery()
    beat_at, failing_since = db.session.execute(sa.select(beat, failing)).one()
    return tell(beat_at, failing_since, now())


def tell(beat_at: datetime | None, failing_since: datetime | None, moment: datetime) -> Heartbeat:
    """The line for the last heartbeat and for how long mail has failed."""
    restart = _("Starta om Ledtråd på servern. Det som ska skickas finns kvar och går ut då.")
    if beat_at is None:
        return Heartbeat(_("Påminnelser har aldrig körts"), restart)
    ago = format_timedelta(beat_at - moment, add_direction=True, threshold=1.2, granularity="second")
    if moment - beat_at > LATE_AFTER:
        return Heartbeat(_("Påminnelser körde senast %(ago)s", ago=ago), restart)
    if failing_since is not None:
        how_long = format_timedelta(moment - failing_since, threshold=1.2)
        kept = _("Inget har gått förlorat. Mejlen går ut när mejlservern svarar igen.")
        return Heartbeat(_("Mejl har inte gått ut på %(time)s", time=how_long), kept)
    return Heartbeat(_("Påminnelser körde %(ago)s", ago=ago))
