"""Who a visitor is that comes from the thanks, or from a page of their own: nothing is asked of them twice.

What counts is what was sent with that very enquiry or booking, or to that very mailbox. Contacts are matched by what
anybody can type, so what else is known of the contact is neither shown nor used.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from app.consultations.booked_links import read_booked
from app.consultations.booked_pages import booked_page
from app.consultations.booking import Booker
from app.consultations.kinds import Audience, ConsultationKind, Place
from app.consultations.letters import was_agreed
from app.consultations.models import Consultation
from app.contacts.models import SubjectKind
from app.contacts.services import person
from app.core import links
from app.enquiries.models import Enquiry
from app.enquiries.private_pages import private_page, read_key
from app.enquiries.public import THANKS
from app.enquiries.queries import by_reference
from app.leads.models import Lead

NEEDS_PHONE = (Place.PHONE, Place.VISIT)
"""Where visitors are asked for their number."""
ADDRESS = ("street_address", "postcode", "city")


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """What we have been told already."""

    books: Lead | Booker
    """For which lead, or as whom where what they sent waits in quarantine."""
    email: str | None
    phone: str | None
    subject_kind: SubjectKind
    address: Mapping[str, str | None] = field(default_factory=dict)
    """Where we were asked to come, by the names of a form's fields."""

    def fits(self, kind: ConsultationKind) -> bool:
        """Whether whom we know of is one that the kind is for."""
        return is_for(kind.audience, self.subject_kind)


def is_for(audience: Audience, subject: SubjectKind) -> bool:
    """Whether a kind with that audience can be about such a subject."""
    return audience is Audience.BOTH or (subject is SubjectKind.HORSE) == (audience is Audience.HORSE)


def known_visitor(token: str, now: datetime) -> KnownVisitor | None:
    """Whom a link to the thanks, a private page or a booking belongs to; None for any other."""
    for known_by in (_by_thanks, _by_private_page, _by_booking):
        with suppress(links.LinkBroken, links.LinkExpired):
            return known_by(token, now)
    return None


def _by_thanks(token: str, now: datetime) -> KnownVisitor | None:
    enquiry = by_reference(links.read(THANKS, token, now))
    if enquiry is None:
        return None
    return KnownVisitor(enquiry.lead or _suspect(enquiry), enquiry.email, enquiry.phone, enquiry.subject_kind)


def _suspect(enquiry: Enquiry) -> Booker:
    """Whoever sent what looks like spam books like anybody, and does not learn that a host has to say yes first."""
    return Booker(
        person(enquiry.name, enquiry.email, enquiry.phone, enquiry.reach_by, enquiry.language),
        enquiry.subject_kind,
        enquiry.subject_name,
        enquiry.article_id,
        enquiry.consent_version,
        is_suspect=True,
    )


def _by_private_page(token: str, now: datetime) -> KnownVisitor | None:
    page = private_page(read_key(token, now))
    if page is None:
        return None
    latest = max(page.enquiries, key=lambda enquiry: enquiry.received_at, default=None)
    return KnownVisitor(page.lead, page.address, latest.phone if latest else None, page.lead.subject.kind)


def _by_booking(token: str, now: datetime) -> KnownVisitor | None:
    page = booked_page(read_booked(token, now), now)
    if page is None:
        return None
    booked = page.consultation
    phone = booked.phone if booked.place in NEEDS_PHONE else None  # where none was asked it is what the contact has
    books = _suspect_again(booked, phone) if booked.is_suspect and not was_agreed(booked) else booked.lead
    address = {name: getattr(booked, name) for name in ADDRESS} if booked.place is Place.VISIT else {}
    return KnownVisitor(books, booked.email, phone, booked.lead.subject.kind, address)


def _suspect_again(booked: Consultation, phone: str | None) -> Booker:
    """Whoever booked what nobody has said yes to has not become trusted by it."""
    lead = booked.lead
    return Booker(
        person(lead.contact.name, booked.email, phone, language=booked.language),
        lead.subject.kind,
        lead.subject.name,
        lead.article_id,
        is_suspect=True,
    )
