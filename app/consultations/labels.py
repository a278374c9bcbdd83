from datetime import time

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.consultations.hosts import DAY_MINUTES
from app.consultations.kinds import EVERY_DAY, Audience, ConsultationKind, NoticeUnit, Place
from app.consultations.models import ConsultationOutcome, ConsultationState
from app.consultations.windows import HoursOfDay
from app.core.filters import clock_here, day_name
from app.core.labels import Labels
from app.core.language import current_language

WORKING_WEEK = EVERY_DAY[:5]

PLACE_ICONS = {
    Place.PHONE: "phone-call",
    Place.VIDEO: "video",
    Place.OURS: "home",
    Place.VISIT: "map-pin",
}
STATE_COLOURS = {
    ConsultationState.REQUESTED: "due",
    ConsultationState.BOOKED: "accent",
    ConsultationState.HELD: "done",
    ConsultationState.NO_SHOW: "late",
    ConsultationState.COULD_NOT_COME: "rest",
    ConsultationState.CANCELLED: "rest",
}
"""Which chip a state is shown as."""
LABELS: Labels = {
    Place: {
        Place.PHONE: _l("Telefon"),
        Place.VIDEO: _l("Video"),
        Place.OURS: _l("Hos oss"),
        Place.VISIT: _l("Hembesök eller stallbesök"),
    },
    Audience: {
        Audience.PERSON: _l("För människor"),
        Audience.HORSE: _l("För hästar"),
        Audience.BOTH: _l("För människor och hästar"),
    },
    NoticeUnit: {
        NoticeUnit.HOURS: _l("timmar"),
        NoticeUnit.DAYS: _l("dagar"),
    },
    ConsultationState: {
        ConsultationState.REQUESTED: _l("Väntar på bekräftelse"),
        ConsultationState.BOOKED: _l("Bokad"),
        ConsultationState.HELD: _l("Genomförd"),
        ConsultationState.NO_SHOW: _l("Uteblev"),
        ConsultationState.COULD_NOT_COME: _l("Fick förhinder"),
        ConsultationState.CANCELLED: _l("Avbokad"),
    },
    ConsultationOutcome: {
        ConsultationOutcome.TO_TRIAL: _l("Vill prova"),
        ConsultationOutcome.THINKS: _l("Funderar"),
        ConsultationOutcome.NO: _l("Tackar nej"),
        ConsultationOutcome.NOT_SUITABLE: _l("Passar inte"),
    },
}


def minutes_words(minutes: int) -> str:
    """A length of time as it is said: "45 minuter", "2 timmar", "3 dagar"."""
    if minutes and minutes % DAY_MINUTES == 0:
        return str(ngettext("%(num)s dag", "%(num)s dagar", minutes // DAY_MINUTES))
    if minutes and minutes % 60 == 0:
        return str(ngettext("%(num)s timme", "%(num)s timmar", minutes // 60))
    return str(ngettext("%(num)s minut", "%(num)s minuter", minutes))


def notice_words(kind: ConsultationKind) -> str:
    """How long before its start a kind is booked at the latest: "24 timmar", "2 dagar"."""
    if kind.notice_unit is NoticeUnit.DAYS:
        return str(ngettext("%(num)s dag", "%(num)s dagar", kind.notice))
    return str(ngettext("%(num)s timme", "%(num)s timmar", kind.notice))


def weekdays_words(weekdays: str) -> str:
    """Some days of the week, Monday being 0: "alla dagar", "vardagar", "måndag och onsdag"."""
    if weekdays == EVERY_DAY:
        return str(_("alla dagar"))
    if weekdays == WORKING_WEEK:
        return str(_("vardagar"))
    return format_list([day_name(int(day)) for day in weekdays], locale=current_language())


def postcode_words(postcode: str) -> str:
    """A postcode as it is written: "123 45"."""
    return f"{postcode[:3]} {postcode[3:]}"


def clock_of(minute: int) -> time:
    """A minute of the day on the clock; of the day after, too."""
    return time(*divmod(minute % DAY_MINUTES, 60))


def range_words(hours: HoursOfDay) -> str:
    """A range by the clock: "09.00–16.00", "22.00–02.00"."""
    return "–".join(clock_here(clock_of(minute)) for minute in hours)
