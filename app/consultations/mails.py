"""What visitors are told of their bookings by mail: when and how we meet, and a link.

No word of what it is about: neither the kind, an article, a question nor an answer. No number and no address of theirs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.consultations.booked_links import booked_address
from app.consultations.invitations import invitation
from app.consultations.kinds import Place
from app.consultations.letters import was_agreed
from app.consultations.meetings import meeting_of, our_address
from app.consultations.models import Consultation, ConsultationState
from app.consultations.wall_times import when_words, words_elsewhere
from app.core.db import db
from app.core.filters import length_words, moment_words, phone
from app.mail.kinds import Button, Invitation, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, MOVED, NOT_WANTED, SETTLED
from app.settings.queries import the_business

AHEAD = (ConsultationState.REQUESTED, ConsultationState.BOOKED)


def booking_of(message: Message) -> Consultation:
    """The booking that a mail is about. NoResultFound where it is gone."""
    return db.session.get_one(Consultation, message.context["consultation"])


def _confirmation(message: Message) -> MailText:
    booked = booking_of(message)
    return MailText(
        subject=_("Din tid är bokad: %(when)s", when=when_words(booked.starts_at)),
        paragraphs=(
            _("Hej!"),
            _("Din tid är bokad."),
            *_facts(booked),
            _("Med det här mejlet följer en inbjudan som din kalender kan lägga in."),
        ),
        button=_button(booked),
        closing=(_change_words(booked, message.due_at), _link_words(), _stranger_words()),
        invitation=_invitation(booked, message),
    )


def _requested(message: Message) -> MailText:
    """Also of a booking that was moved to a time that waits for a yes: calendars move it, and call it tentative."""
    booked = booking_of(message)
    return MailText(
        subject=_("Vi har fått din önskan om en tid"),
        paragraphs=(
            _("Hej!"),
            _("Tack, vi har fått din önskan om en tid. Vi återkommer och bekräftar den. Tills dess hålls den åt dig."),
            *_facts(booked),
        ),
        button=_button(booked),
        closing=(_link_words(), _stranger_words()),
        invitation=_invitation(booked, message) if was_agreed(booked) else None,
    )


def _moved(message: Message) -> MailText:
    booked = booking_of(message)
    return MailText(
        subject=_("Din nya tid: %(when)s", when=when_words(booked.starts_at)),
        paragraphs=(
            _("Hej!"),
            _("Din tid är ändrad. Den här gäller nu."),
            *_facts(booked),
            _("Med det här mejlet följer en ny inbjudan, som flyttar tiden i din kalender."),
        ),
        button=_button(booked),
        closing=(_change_words(booked, message.due_at), _link_words(), _stranger_words()),
        invitation=_invitation(booked, message),
    )


def _cancelled(message: Message) -> MailText:
    booked = booking_of(message)
    is_in_calendar = was_agreed(booked)
    return MailText(
        subject=_("Din tid är avbokad: %(when)s", when=when_words(booked.starts_at)),
        paragraphs=(
            _("Hej!"),
            _("Din tid %(when)s är avbokad.", when=when_words(booked.starts_at)),
            *([_("Har du tiden i din kalender tas den bort där.")] if is_in_calendar else []),
            _("Vill du ha en annan tid är du välkommen att boka en ny."),
        ),
        button=Button(_("Boka en ny tid"), booked_address(booked)),
        closing=(_reach_us_words(),),
        invitation=_invitation(booked, message) if is_in_calendar else None,
    )


def _please_move(message: Message) -> MailText:
    booked = booking_of(message)
    return MailText(
        subject=_("Kan vi ses en annan tid?"),
        paragraphs=(
            _("Hej!"),
            _("Vi har tyvärr fått förhinder %(when)s, då du har en tid hos oss.", when=when_words(booked.starts_at)),
            _("Välj gärna en annan tid som passar dig. Det går fort, och du behöver inte fylla i något igen."),
        ),
        button=Button(_("Välj en ny tid"), booked_address(booked)),
        closing=(_reach_us_words(), _link_words()),
    )


def _reminder(message: Message) -> MailText:
    booked = booking_of(message)
    return MailText(
        subject=_("Påminnelse: din tid %(when)s", when=moment_words(booked.starts_at, message.due_at)),
        paragraphs=(_("Hej!"), _("Här kommer en påminnelse om din tid."), *_facts(booked)),
        button=_button(booked),
        closing=(_change_words(booked, message.due_at), _link_words()),
    )


def _facts(booked: Consultation) -> tuple[str, ...]:
    """When, how long and how, and what the clock then shows where the visitor is: each a paragraph."""
    when = _(
        "%(when)s, %(length)s",
        when=when_words(booked.starts_at),
        length=length_words(booked.ends_at - booked.starts_at),
    )
    elsewhere = words_elsewhere(booked.starts_at, ZoneInfo(booked.visitor_zone)) if booked.visitor_zone else ""
    return (
        when[:1].upper() + when[1:] + ".",
        *([_("Det är svensk tid, alltså %(elsewhere)s.", elsewhere=elsewhere)] if elsewhere else []),
        place_words(booked),
    )


def place_words(booked: Consultation) -> str:
    """How the two meet, without the visitor's own number or address."""
    host = booked.host.user.name
    match booked.place:
        case Place.PHONE:
            words = _("%(host)s ringer dig på det nummer du lämnade.", host=host)
        case Place.VIDEO if booked.host.video_address:
            words = _("Du träffar %(host)s på video. Länken till samtalet finns på din sida.", host=host)
        case Place.VIDEO:
            words = _("Du träffar %(host)s på video. Länken till samtalet kommer från oss före mötet.", host=host)
        case Place.OURS:
            words = _("Du träffar %(host)s hos oss: %(address)s.", host=host, address=our_address())
        case Place.VISIT:
            words = _("%(host)s kommer till den adress du lämnade.", host=host)
    return str(words)


def _button(booked: Consultation) -> Button:
    return Button(_("Visa, boka om eller avboka"), booked_address(booked))


def _invitation(booked: Consultation, message: Message) -> Invitation:
    return invitation(meeting_of(booked, message.created_at))


def _change_words(booked: Consultation, at: datetime) -> str:
    """Until when one changes a booking by oneself, where that is still to come, and how one reaches us."""
    length = timedelta(minutes=booked.kind.change_until_minutes)
    if at >= booked.starts_at - length:
        return _reach_us_words()
    words = (
        _("Du kan boka om eller avboka på din sida fram till %(length)s före.", length=length_words(length))
        if length
        else _("Du kan boka om eller avboka på din sida ända tills det är dags.")
    )
    return f"{words} {_reach_us_words()}"


def _reach_us_words() -> str:
    number = phone(the_business().phone)
    words: str = (
        _("Du når oss på %(phone)s.", phone=number) if number else _("Du når oss genom att svara på det här mejlet.")
    )
    return words


def _link_words() -> str:
    words: str = _("Länken är bara till för dig. Skicka den inte vidare.")
    return words


def _stranger_words() -> str:
    words: str = _("Var det inte du som bokade? Hör av dig, så rättar vi det.")
    return words


def why_not_while(*states: ConsultationState) -> Callable[[Message], str | None]:
    """What stops a mail of one version of a booking: it is gone, has another version, or stands elsewhere by now."""

    def why_not(message: Message) -> str | None:
        booked = db.session.get(Consultation, message.context["consultation"])
        if booked is None:
            return GONE
        if booked.sequence != message.context["version"]:
            return MOVED
        return None if booked.state in states else SETTLED

    return why_not


def _why_not_ask(message: Message) -> str | None:
    reason = why_not_while(*AHEAD)(message)
    return reason or (None if booking_of(message).asked_to_move_at else NOT_WANTED)


_is_booked = why_not_while(ConsultationState.BOOKED)

KINDS = (
    Kind(
        "consultation_confirmation",
        MessageClass.SERVICE,
        _confirmation,
        _is_booked,
        priority=2,
        label=_l("Bekräftelse på bokning"),
    ),
    Kind(
        "consultation_requested",
        MessageClass.SERVICE,
        _requested,
        why_not_while(ConsultationState.REQUESTED),
        priority=2,
        label=_l("Besked om önskad tid"),
    ),
    Kind("consultation_moved", MessageClass.SERVICE, _moved, _is_booked, priority=2, label=_l("Besked om ny tid")),
    Kind(
        "consultation_cancelled",
        MessageClass.SERVICE,
        _cancelled,
        why_not_while(ConsultationState.CANCELLED),
        priority=2,
        label=_l("Besked om avbokning"),
    ),
    Kind(
        "consultation_please_move",
        MessageClass.SERVICE,
        _please_move,
        _why_not_ask,
        priority=2,
        label=_l("Fråga om en annan tid"),
    ),
    Kind(
        "consultation_reminder_day",
        MessageClass.SERVICE,
        _reminder,
        _is_booked,
        priority=3,
        label=_l("Påminnelse dagen före"),
    ),
    Kind(
        "consultation_reminder_hour",
        MessageClass.SERVICE,
        _reminder,
        _is_booked,
        priority=1,
        label=_l("Påminnelse strax före"),
    ),
)
