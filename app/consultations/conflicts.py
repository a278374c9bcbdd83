"""What stands against an hour that we choose ourselves: one thing keeps it from us, the rest is for us to weigh."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.consultations.availability import refusals
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.queries import consultations_between
from app.consultations.slots import Reason, Refusal
from app.consultations.travel import NO_TRAVEL, Travel
from app.consultations.windows import DAY
from app.core.errors import RuleBroken
from app.core.filters import clock_time

_WORDS = {
    Reason.CLOSED: _l("Det är utanför öppna tider."),
    Reason.TOO_SOON: _l("Det är kortare varsel än besökare behöver ge."),
    Reason.TOO_FAR: _l("Det är längre fram än besökare kan boka."),
    Reason.WEEKDAY: _l("Den veckodagen åker vi inte dit."),
    Reason.DAY_FULL: _l("Så många som ni vill ha på en dag är redan bokade då."),
    Reason.WEEK_FULL: _l("Så många som ni vill ha på en vecka är redan bokade då."),
    Reason.NOT_HELD: _l("Den värden håller inte sådana konsultationer."),
}
"""What is told of rules beside what takes the time. A start off the grid is no conflict: we choose freely."""


def refuse_collision(
    kind: ConsultationKind,
    host: Host,
    starts_at: datetime,
    *,
    travel: Travel = NO_TRAVEL,
    ignoring: Consultation | None = None,
) -> None:
    """Nothing is booked over another booking, its travel included; the refusal names it."""
    way = timedelta(minutes=travel.minutes)
    begins, ends = starts_at - way, starts_at + timedelta(minutes=kind.length_minutes) + way
    for other in consultations_between(begins - DAY, ends + DAY, [host.id]):
        touches = other.occupied_from_at < ends and other.occupied_until_at > begins
        if touches and other.is_ahead and other is not ignoring:
            times = f"{clock_time(other.starts_at)}–{clock_time(other.ends_at)}"
            raise RuleBroken(_("Krockar med %(name)s %(times)s.", name=other.lead.contact.name, times=times))


def conflicts_of(
    kind: ConsultationKind,
    host: Host,
    starts_at: datetime,
    now: datetime,
    *,
    travel: Travel = NO_TRAVEL,
    ignoring: Consultation | None = None,
) -> list[str]:
    """What a visitor could not book it for, in whole sentences; none where the hour is free."""
    found = refusals(kind, host, starts_at, now, travel=travel, ignoring=ignoring)
    return list(dict.fromkeys(filter(None, map(_words_of, found))))


def _words_of(refusal: Refusal) -> str:
    if refusal.by is None:
        return str(_WORDS.get(refusal.reason, ""))
    times = f"{clock_time(refusal.by.starts_at)}–{clock_time(refusal.by.ends_at)}"
    if refusal.reason is Reason.BUFFER:
        words: str = _("Det är tätt inpå något annat, %(times)s.", times=times)
    else:
        words = _("Tiden är upptagen på annat håll, %(times)s.", times=times)
    return words
