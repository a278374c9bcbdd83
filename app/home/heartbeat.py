"""Whether what was promised is being sent: one line for every page, and all there is to worry about for Today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app.core.clock import now
from app.mail.health import Health, system_health
from app.mail.labels import JOBS
from app.mail.queries import Shelf


@dataclass(frozen=True, slots=True)
class Worry:
    """Something that somebody should look into: what it is, what to do, and which messages show it."""

    name: str
    words: str
    advice: str
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The line, and what there is to worry about, the worst first."""

    words: str
    worries: tuple[Worry, ...] = ()

    @property
    def is_worrying(self) -> bool:
        return bool(self.worries)


def heartbeat() -> Heartbeat:
    """How the scheduler and the mail are doing right now."""
    moment = now()
    return tell(system_health(moment), moment)


def tell(health: Health, moment: datetime) -> Heartbeat:
    """All that the health gives reason to worry about; the worst of it is the line."""
    worries = tuple(_worries(health, moment))
    if worries or health.heartbeat_at is None:
        return Heartbeat(worries[0].words, worries)
    return Heartbeat(_("Påminnelser körde %(ago)s", ago=_ago(health.heartbeat_at, moment)))


def _worries(health: Health, moment: datetime) -> Iterator[Worry]:
    if health.is_heartbeat_late:
        yield _stopped(health.heartbeat_at, moment)
    elif health.is_mail_failing:
        yield Worry(
            "mail",
            _("Mejl har inte kommit ut på %(time)s", time=_long(moment - _held_up_since(health))),
            _("Inget har gått förlorat. Mejlen går ut när mejlservern svarar igen."),
            Shelf.UNDER_WAY,
        )
    if health.failing_job and health.job_failing_since and not health.is_heartbeat_late:
        yield Worry(
            "job",
            _(
                "”%(job)s” har inte lyckats på %(time)s",
                job=JOBS.get(health.failing_job, health.failing_job),
                time=_long(moment - health.job_failing_since),
            ),
            _("Ledtråd försöker igen av sig självt. Starta om Ledtråd på servern om det inte ger sig."),
        )
    if health.needs_person:
        words = ngettext("Ett mejl kom inte fram", "%(num)s mejl kom inte fram", health.needs_person)
        yield Worry("needs-person", words, _("Se efter varför, och skicka igen eller avsluta."), Shelf.NEEDS_PERSON)
    if health.missed:
        words = ngettext("Ett utskick hann inte gå ut", "%(num)s utskick hann inte gå ut", health.missed)
        advice = _("När det kunde skickas var det för sent för att vara till nytta. Se om någon väntar på besked.")
        yield Worry("missed", words, advice, Shelf.MISSED)


def _stopped(heartbeat_at: datetime | None, moment: datetime) -> Worry:
    words = (
        _("Påminnelser körde senast %(ago)s", ago=_ago(heartbeat_at, moment))
        if heartbeat_at
        else _("Påminnelser har aldrig körts")
    )
    return Worry("heartbeat", words, _("Starta om Ledtråd på servern. Det som ska skickas finns kvar och går ut då."))


def _held_up_since(health: Health) -> datetime:
    return min(start for start in (health.mail_failing_since, health.waiting_since) if start is not None)


def _ago(at: datetime, moment: datetime) -> str:
    words: str = format_timedelta(at - moment, add_direction=True, threshold=1.2)
    return words


def _long(length: timedelta) -> str:
    words: str = format_timedelta(length, threshold=1.2)
    return words
