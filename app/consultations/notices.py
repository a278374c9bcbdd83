"""The mails to whoever holds a consultation: that one was booked, moved or cancelled. A time and a link, no names."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.mails import AHEAD, booking_of, why_not_while
from app.consultations.models import ChangeKind, Consultation, ConsultationChange, ConsultationState
from app.consultations.wall_times import when_words
from app.core.db import db
from app.core.labels import label
from app.core.public_addresses import public_address
from app.follow_ups.mails import settings_words
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, NOT_WANTED


def _new(message: Message) -> MailText:
    booked = booking_of(message)
    when, place = when_words(booked.starts_at), _place_words(booked)
    if booked.state is ConsultationState.REQUESTED:
        said = _("Någon vill ha en tid med dig: %(when)s.", when=when)
        asked = _("Tiden hålls tills du har bekräftat eller avbokat den.")
        return _to_host(_("Önskad tid: %(when)s", when=when), (said, place, asked), booked)
    said = _("Du har en ny bokning: %(when)s.", when=when)
    return _to_host(_("Ny bokning: %(when)s", when=when), (said, place), booked)


def _changed(message: Message) -> MailText:
    booked = booking_of(message)
    when = when_words(booked.starts_at)
    if booked.state is ConsultationState.CANCELLED:
        said = _("Konsultationen %(when)s är avbokad. Affären väntar på ett nytt nästa steg.", when=when)
        return _to_host(_("Avbokad: %(when)s", when=when), (said,), booked)
    before = when_words(_start_before(booked))
    said = _("Konsultationen %(before)s är flyttad till %(when)s.", before=before, when=when)
    host = booked.host.user
    who = [] if host.id == message.context["user"] else [_("Nu håller %(host)s den.", host=host.name)]
    return _to_host(_("Ombokad: %(when)s", when=when), (said, *who, _place_words(booked)), booked)


def _to_host(subject: str, paragraphs: tuple[str, ...], booked: Consultation) -> MailText:
    return MailText(
        subject=subject,
        paragraphs=paragraphs,
        button=Button(_("Öppna konsultationen"), public_address("consultations.detail", consultation_id=booked.id)),
        closing=(settings_words(),),
    )


def _place_words(booked: Consultation) -> str:
    words: str = _("Plats: %(place)s.", place=label(booked.place))
    return words


def _start_before(booked: Consultation) -> datetime:
    """When it was to begin before it got its present version, which a move gave it."""
    moved = sa.select(ConsultationChange.from_starts_at).filter_by(
        consultation_id=booked.id, sequence=booked.sequence, kind=ChangeKind.MOVED
    )
    return db.session.scalar(moved.limit(1)) or booked.starts_at


def _why_not(message: Message) -> str | None:
    """The same for both: the booking stands as it was told, and whoever it is for is there and wants to know."""
    reason = _why_not_now(message)
    user = db.session.get(User, message.context["user"])
    if reason or user is None:
        return reason or GONE
    return None if user.is_active and user.wants_enquiry_notices else NOT_WANTED


_why_not_now = why_not_while(*AHEAD, ConsultationState.CANCELLED)

NOTICES = (
    Kind(
        "new_consultation_notice",
        MessageClass.INTERNAL,
        _new,
        _why_not,
        priority=3,
        label=_l("Ny bokning till oss"),
    ),
    Kind(
        "consultation_changed_notice",
        MessageClass.INTERNAL,
        _changed,
        _why_not,
        priority=3,
        label=_l("Ändrad bokning till oss"),
    ),
)
