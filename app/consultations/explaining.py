"""Why visitors do not see a time, in whole sentences with what to change (booking rule 13)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from app.consultations.availability import why_not
from app.consultations.host_time import hours_of
from app.consultations.hosts import DAY_MINUTES, Host
from app.consultations.kinds import ConsultationKind
from app.consultations.labels import minutes_words, notice_words, range_words
from app.consultations.slots import Busy, Reason, Refusal
from app.consultations.windows import DAY, DayOff
from app.core.filters import clock_time, day_name
from app.core.language import local_zone


def why_unseen(kind: ConsultationKind, host: Host, start: datetime, now: datetime) -> str:
    """The rule that keeps visitors from booking that time with the host, or that they can."""
    if not kind.is_published:
        return str(_("Konsultationstypen är dold, så inga av dess tider syns. Visa den under Konsultationstyper."))
    refusal = why_not(kind, host, start, now)
    if refusal is None:
        return str(_("Den tiden syns, och går att boka."))
    return _sentence(refusal, kind, host, start)


def _sentence(refusal: Refusal, kind: ConsultationKind, host: Host, start: datetime) -> str:
    if refusal.by is not None:
        return _sentence_about(refusal.reason, refusal.by, kind)
    match refusal.reason:
        case Reason.NOT_HELD:
            return _not_held(host)
        case Reason.CLOSED:
            return _closed(kind, host, start)
        case Reason.DAY_FULL | Reason.WEEK_FULL:
            return _full(refusal.reason, kind)
        case _:
            return _out_of_terms(refusal.reason, kind)


def _out_of_terms(reason: Reason, kind: ConsultationKind) -> str:
    if reason is Reason.OFF_GRID:
        step = minutes_words(kind.step_minutes)
        return str(_("Tiderna börjar med %(step)s mellanrum från när dagen öppnar. Ändra det i typen.", step=step))
    if reason is Reason.TOO_SOON:
        notice = notice_words(kind)
        return str(_("Det är för nära inpå: den bokas senast %(notice)s före. Ändra det i typen.", notice=notice))
    if reason is Reason.TOO_FAR:
        days = minutes_words(kind.horizon_days * DAY_MINUTES)
        return str(_("Det är för långt fram: den bokas tidigast %(days)s före. Ändra det i typen.", days=days))
    return str(_("Dit åker ni inte den veckodagen. Ändra det under Restider till besök."))


def _sentence_about(reason: Reason, busy: Busy, kind: ConsultationKind) -> str:
    span = f"{clock_time(busy.starts_at)}–{clock_time(busy.ends_at)}"
    if reason is Reason.BUSY:
        return str(_("%(span)s är redan upptaget. Flytta det som ligger där, så blir tiden ledig.", span=span))
    if reason is Reason.TRAVEL:
        return str(_("Resan dit eller hem krockar med det som är upptaget %(span)s.", span=span))
    quiet = max(
        kind.buffer_before_minutes, kind.buffer_after_minutes, busy.buffer_before_minutes, busy.buffer_after_minutes
    )
    return str(
        _(
            "För nära det som är upptaget %(span)s: det ska vara lugnt emellan, upp till %(quiet)s. Ändra det i typen.",
            span=span,
            quiet=minutes_words(quiet),
        )
    )


def _full(reason: Reason, kind: ConsultationKind) -> str:
    if reason is Reason.DAY_FULL:
        words: str = ngettext(
            "Dagen är full: högst %(num)s om dagen. Ändra det i typen.",
            "Dagen är full: högst %(num)s om dagen. Ändra det i typen.",
            kind.most_per_day or 0,
        )
    else:
        words = ngettext(
            "Veckan är full: högst %(num)s i veckan. Ändra det i typen.",
            "Veckan är full: högst %(num)s i veckan. Ändra det i typen.",
            kind.most_per_week or 0,
        )
    return words


def _not_held(host: Host) -> str:
    if not host.is_active:
        return str(_("Besökare kan inte boka de här tiderna just nu. Ändra det under Om dig som värd."))
    return str(_("%(name)s håller inte den här konsultationen. Ändra det i typen.", name=host.user.name))


def _closed(kind: ConsultationKind, host: Host, start: datetime) -> str:
    day = start.astimezone(local_zone()).date()
    hours = hours_of([host], day + DAY)[host.id]
    if ranges := hours.of_day(day):
        return str(
            _(
                "%(length)s från då ryms inte i dagens tider: %(hours)s. Ändra veckan, eller gör dagen annorlunda.",
                length=minutes_words(kind.length_minutes),
                hours=", ".join(map(range_words, ranges)),
            )
        )
    if day in hours.overrides:
        return str(_("Dagen är stängd. Ta bort den under Dagar som avviker, så gäller veckan igen."))
    if hours.day_off(day) is DayOff.HOLIDAY:
        return str(_("Det är helgdag, och då är det stängt. Gör dagen öppen under Dagar som avviker."))
    if hours.day_off(day) is DayOff.EVE:
        return str(_("Det är helgdagsafton, och då är det stängt. Gör dagen öppen under Dagar som avviker."))
    return str(_("Inga tider på %(day)sar. Lägg till dem under Veckan.", day=day_name(day.weekday())))
