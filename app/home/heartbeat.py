"""Whether what was promised is being sent, in one line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app.core.clock import now
from app.mail.queries import Health, system_health


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The line; and where somebody should look into it, what to do."""

    words: str
    advice: str = ""

    @property
    def is_worrying(self) -> bool:
        return bool(self.advice)


def heartbeat() -> Heartbeat:
    """How the scheduler and the mail are doing right now."""
    moment = now()
    return tell(system_health(moment), moment)


def tell(health: Health, moment: datetime) -> Heartbeat:
    """The worst of what the health says, as a line."""
    if health.heartbeat_at is None:
        return Heartbeat(_("Påminnelser har aldrig körts"), _restart())
    ago = format_timedelta(health.heartbeat_at - moment, add_direction=True, threshold=1.2)
    if health.is_heartbeat_late:
        return Heartbeat(_("Påminnelser körde senast %(ago)s", ago=ago), _restart())
    if health.is_mail_failing:
        return Heartbeat(
            _("Mejl har inte kommit ut på %(time)s", time=format_timedelta(_held_up(health, moment), threshold=1.2)),
            _("Inget har gått förlorat. Mejlen går ut när mejlservern svarar igen."),
        )
    if health.needs_person:
        words = ngettext("Ett mejl kom inte fram", "%(num)s mejl kom inte fram", health.needs_person)
        return Heartbeat(words, _("Se efter varför, och skicka igen eller avsluta."))
    return Heartbeat(_("Påminnelser körde %(ago)s", ago=ago))


def _restart() -> str:
    return str(_("Starta om Ledtråd på servern. Det som ska skickas finns kvar och går ut då."))


def _held_up(health: Health, moment: datetime) -> timedelta:
    since = min(start for start in (health.mail_failing_since, health.waiting_since) if start is not None)
    return moment - since
