import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.booking import Booker, Details, lead_to_book
from app.consultations.cells import CellTaken, occupy, release
from app.consultations.changes import Before, keep_change
from app.consultations.choosing import Asked
from app.consultations.consequences import follow_booking, tell_of
from app.consultations.holds import make_room
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ChangeKind, Consultation, ConsultationAnswer, ConsultationState
from app.consultations.outside_hours import is_outside_hours
from app.consultations.queries import by_nonce
from app.consultations.refusals import refuse_past, refuse_settled, refuse_too_late
from app.consultations.travel import NO_TRAVEL, Travel, way_to
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.turns import take_turns
from app.follow_ups.services import find_next_step
from app.leads.models import EventKind, Lead
from app.leads.queries import lead_to_change
from app.mail.addresses import sender_domain


def book(
    kind: ConsultationKind,
    starts_at: datetime,
    nonce: str,
    by: Booker | Lead,
    details: Details,
    now: datetime,
    *,
    host: Host | None = None,
    travel: Travel = NO_TRAVEL,
) -> Consultation:
    """A visitor books, with the host asked for or one who is free; what the same form held is given up for it.

    The same form again is the same booking. Identity numbers are blotted out.
    Raises TimeTaken or NotOffered: then the write must be given up, and the form still holds what it held.
    """
    take_turns(f"booking:{nonce}")
    earlier = by_nonce(nonce)
    if earlier is not None:
        return earlier
    make_room(kind, nonce, now)
    asked = Asked(kind, starts_at, now, host, travel)
    chosen = asked.free_host()
    is_suspect = isinstance(by, Booker) and by.is_suspect
    booking = _new(kind, lead_to_book(by, now), details.without_identity_numbers(now), now)
    booking.nonce = nonce
    booking.is_suspect = is_suspect
    booking.state = ConsultationState.REQUESTED if kind.needs_confirming or is_suspect else ConsultationState.BOOKED
    return _enter(booking, asked, chosen, None)


def book_for(
    lead: Lead,
    kind: ConsultationKind,
    host: Host,
    starts_at: datetime,
    details: Details,
    actor: User,
    now: datetime,
    *,
    travel: Travel = NO_TRAVEL,
) -> Consultation:
    """We book on the visitor's behalf, against every rule of the hours but never over another booking: TimeTaken.

    A time that has passed is refused, and a lead that is won or lost.
    """
    make_room(kind, None, now, host.id)
    lead_to_change(lead.id)
    if not lead.is_open:
        raise RuleBroken(_l("Affären är avslutad. Öppna den igen för att boka en konsultation."))
    refuse_past(starts_at, now)
    booking = _new(kind, lead, details, now)
    booking.created_by_id = actor.id
    booking.state = ConsultationState.BOOKED
    return _enter(booking, Asked(kind, starts_at, now, host, travel), host, actor)


def _new(kind: ConsultationKind, lead: Lead, details: Details, now: datetime) -> Consultation:
    contact = lead.contact
    return Consultation(
        uid=f"{secrets.token_hex(16)}@{sender_domain()}",
        kind=kind,
        lead=lead,
        sequence=0,
        place=kind.place,
        email=details.email or contact.email,
        phone=details.phone or contact.phone,
        street_address=details.street_address,
        postcode=details.postcode,
        city=details.city,
        language=details.language or contact.language,
        visitor_zone=details.visitor_zone,
        wishes=details.wishes or None,
        created_at=now,
        answers=[ConsultationAnswer(question=question, answer=answer) for question, answer in details.answers],
    )


def _enter(booking: Consultation, asked: Asked, host: Host, actor: User | None) -> Consultation:
    _take_place(booking, asked, host, is_offered=actor is None)
    db.session.add(booking)
    db.session.flush()
    _occupy(booking, asked)
    keep_change(booking, ChangeKind.MADE, actor, asked.now)
    follow_booking(booking, actor, asked.now)
    return booking


def _take_place(booking: Consultation, asked: Asked, host: Host, *, is_offered: bool) -> None:
    """From now on it is then and with that host, as long and as far from others as its kind says today.

    What is offered lies in open hours.
    """
    kind, zone = asked.kind, local_zone()
    booking.host = host
    booking.starts_at = asked.starts_at
    booking.ends_at = asked.starts_at + timedelta(minutes=kind.length_minutes)
    booking.wall_clock = f"{asked.starts_at.astimezone(zone):%Y-%m-%dT%H:%M}"
    booking.zone = zone.key
    booking.travel_minutes = asked.travel.minutes
    booking.buffer_before_minutes = kind.buffer_before_minutes
    booking.buffer_after_minutes = kind.buffer_after_minutes
    booking.is_outside_hours = not is_offered and is_outside_hours(host, booking.starts_at, booking.ends_at)


def _occupy(booking: Consultation, asked: Asked) -> None:
    try:
        occupy(booking)
    except CellTaken:
        raise asked.just_taken() from None


def move(
    consultation: Consultation,
    starts_at: datetime,
    now: datetime,
    *,
    actor: User | None = None,
    host: Host | None = None,
) -> None:
    """Another time for the same booking: its old one is free again. The time that it has already changes nothing.

    A visitor is offered what can be booked, until `change_until_at`, and stays with the host where that one is free.
    We may move it anywhere but over another booking, and to another host. Raises TimeTaken or NotOffered: then the
    write must be given up, and the booking is as it was.
    """
    refuse_settled(consultation)
    if starts_at == consultation.starts_at and host in (None, consultation.host):
        return
    refuse_past(min(starts_at, consultation.starts_at), now)
    kind = consultation.kind
    make_room(kind, None, now, consultation.host_id, *([host.id] if host else []))
    if actor is None:
        refuse_too_late(consultation, now)
        asked = Asked(kind, starts_at, now, host, way_to(consultation), moves=consultation)
        chosen = asked.free_host()
    else:
        chosen = host or consultation.host
        asked = Asked(kind, starts_at, now, chosen, way_to(consultation), moves=consultation)
    before = Before.of(consultation)
    release(consultation)
    _take_place(consultation, asked, chosen, is_offered=actor is None)
    _note_move(consultation, before, is_asked=actor is None)
    _occupy(consultation, asked)
    keep_change(consultation, ChangeKind.MOVED, actor, now, before=before)
    tell_of(consultation, EventKind.CONSULTATION_MOVED, actor, now)
    find_next_step(consultation.lead)


def _note_move(consultation: Consultation, before: Before, *, is_asked: bool) -> None:
    consultation.sequence += 1
    consultation.asked_to_move_at = None
    if consultation.starts_at < before.starts_at:
        consultation.wants_earlier_at = None
    if is_asked and consultation.kind.needs_confirming:
        consultation.state = ConsultationState.REQUESTED
