"""What the pages of consultations show in the table of all pages: what can be booked, and who has booked."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.consultations.booked_links import booked_token, earlier_address
from app.consultations.hosts import Host
from app.consultations.kinds import Audience, KindQuestion, Place, TravelBand
from app.consultations.models import Consultation, ConsultationState
from app.consultations.times_views import FORM
from app.consultations.weeks import start_in_words
from app.contacts.models import Contact
from app.core import form_tokens
from app.core.db import db
from app.leads.models import Lead
from tests.consultations.cast import add_consultation, add_host, add_kind


def make_bookable(now: datetime) -> Host:
    """A talk, a visit with a way there, and a booking of each."""
    host = add_host(db.session.scalars(sa.select(User).where(User.role == Role.OWNER)).one(), weekdays="0123456")
    talk = add_kind(host, about_sv="Vi ringer och går igenom dina frågor i lugn och ro.")
    visit = add_kind(
        host,
        slug="stallbesok",
        name_sv="Besök i stallet",
        name_en="Visit to the stable",
        place=Place.VISIT,
        audience=Audience.HORSE,
        length_minutes=60,
        needs_confirming=True,
        questions=[KindQuestion(words_sv="Hur gammal är hästen?", words_en="How old is the horse?", is_required=True)],
    )
    db.session.add(TravelBand(postcode_from="75000", postcode_until="75999", travel_minutes=30))
    lead = db.session.scalars(sa.select(Lead).where(Lead.contact.has(Contact.email.is_not(None)))).first()
    if lead is None:
        raise LookupError("the demo's story has nobody with an address")
    add_consultation(lead, talk, now + timedelta(days=3))
    add_consultation(lead, visit, now + timedelta(days=4), state=ConsultationState.REQUESTED)
    return host


def booking_facts(now: datetime) -> dict[str, Any]:
    """What the addresses of the pages for visitors are made of."""
    booked = db.session.scalars(sa.select(Consultation).where(Consultation.state == "booked")).first()
    requested = db.session.scalars(sa.select(Consultation).where(Consultation.state == "requested")).first()
    if booked is None or requested is None:
        raise LookupError("nobody has booked, or nobody has asked to")
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(12), UTC)
    return {
        "booked": booked_token(booked),
        "requested": booked_token(requested),
        "earlier": earlier_address(booked, tomorrow).rpartition("/")[2].partition("?")[0],
        "booking": form_tokens.issue(FORM, "samtal", now),
        "visiting": form_tokens.issue(FORM, "stallbesok", now),
        "start": start_in_words(tomorrow),
    }
