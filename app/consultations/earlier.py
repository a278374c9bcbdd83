"""The waiting list: whoever asked for an earlier time is told when one is given up, and the first to take it has it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.notices import held_until
from app.consultations.booked_links import booked_address, earlier_address
from app.consultations.choosing import Asked
from app.consultations.mails import booking_of
from app.consultations.models import IS_AHEAD, Consultation
from app.consultations.notice import bookable_until
from app.consultations.reminders import NIGHT
from app.consultations.travel import way_to
from app.consultations.wall_times import when_words
from app.core.db import db
from app.core.language import local_zone
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, MOVED, NOT_WANTED, SETTLED
from app.mail.services import queue

EARLIER = "consultation_earlier"
MOST_TOLD = 20
"""Those who asked first. Only one can have the time."""
TAKEN = "taken"


def offer_given_up(given_up: Consultation, starts_at: datetime, now: datetime) -> int:
    """Tell those who wait for an earlier time of the kind that `starts_at` is free, which the booking has left.

    Only those who could take it, and each of them once. At night the mail waits until the morning; it is too late for
    it when the time can no longer be booked. Says how many were told.
    """
    due_at = held_until(now, NIGHT, local_zone())
    told = [
        _tell(waiting, starts_at, now, due_at)
        for waiting in _waiting_for(given_up, starts_at)
        if can_take(waiting, starts_at, due_at)
    ]
    return sum(told)


def can_take(waiting: Consultation, starts_at: datetime, now: datetime) -> bool:
    """Whether the visitor who has that booking could move it there by themselves."""
    asked = Asked(waiting.kind, starts_at, now, travel=way_to(waiting), moves=waiting)
    return now < waiting.change_until_at and asked.has_free_host()


def _waiting_for(given_up: Consultation, starts_at: datetime) -> Sequence[Consultation]:
    """Who would have that time rather than their own, the one who asked first first."""
    wanted = sa.select(Consultation).where(
        IS_AHEAD,
        Consultation.kind_id == given_up.kind_id,
        Consultation.id != given_up.id,
        Consultation.wants_earlier_at.is_not(None),
        Consultation.starts_at > starts_at,
        Consultation.email.is_not(None),
    )
    return db.session.scalars(wanted.order_by(Consultation.wants_earlier_at, Consultation.id).limit(MOST_TOLD)).all()


def _tell(waiting: Consultation, starts_at: datetime, now: datetime, due_at: datetime) -> bool:
    kind, stamp = waiting.kind, int(starts_at.timestamp())
    until = min(bookable_until(starts_at, kind.notice, kind.notice_unit, local_zone()), waiting.change_until_at)
    if waiting.email is None or until <= due_at:
        return False
    planned = queue(
        EARLIER,
        address=waiting.email,
        language=waiting.language,
        dedupe_key=f"consultation:{waiting.id}:earlier:{stamp}",
        context={"consultation": waiting.id, "starts_at": stamp},
        now=now,
        lead_id=waiting.lead_id,
        due_at=due_at,
        latest_after=until - due_at,
    )
    return planned is not None


def _earlier(message: Message) -> MailText:
    waiting, starts_at = booking_of(message), _start_in(message)
    free, own = when_words(starts_at), when_words(waiting.starts_at)
    return MailText(
        subject=_("Ledig tid: %(when)s", when=free),
        paragraphs=(
            _("Hej!"),
            _(
                "Du bad oss säga till när en tidigare tid blir ledig. Nu är den här ledig: %(when)s.",
                when=free,
            ),
            _("Den som byter först får den. Din tid %(when)s har du kvar tills du har bytt.", when=own),
        ),
        button=Button(_("Se den lediga tiden"), earlier_address(waiting, starts_at)),
        closing=(
            _("Vill du inte höra om fler tider? Säg till på din sida: %(address)s", address=booked_address(waiting)),
        ),
    )


def _why_not(message: Message) -> str | None:
    waiting = db.session.get(Consultation, message.context["consultation"])
    if waiting is None:
        return GONE
    if not waiting.is_ahead:
        return SETTLED
    if waiting.wants_earlier_at is None:
        return NOT_WANTED
    starts_at = _start_in(message)
    if waiting.starts_at <= starts_at:
        return MOVED
    return None if can_take(waiting, starts_at, message.due_at) else TAKEN


def _start_in(message: Message) -> datetime:
    return datetime.fromtimestamp(message.context["starts_at"], UTC)


KINDS = (Kind(EARLIER, MessageClass.SERVICE, _earlier, _why_not, priority=2, label=_l("Besked om en tidigare tid")),)
