"""A booking as calendars are told of it: that there is a meeting, when and where, and nothing of what it is about."""

from datetime import datetime

from flask_babel import gettext as _

from app.consultations.booked_links import booked_address
from app.consultations.calendar_files import Standing
from app.consultations.invitations import Meeting, Party
from app.consultations.kinds import Place
from app.consultations.models import Consultation, ConsultationState
from app.mail.addresses import sender_address
from app.settings.queries import the_business

STANDINGS = {
    ConsultationState.REQUESTED: Standing.TENTATIVE,
    ConsultationState.CANCELLED: Standing.CANCELLED,
}
"""How sure a booking in that state is; in any other it is as agreed."""


def meeting_of(consultation: Consultation, stamp: datetime) -> Meeting:
    """The booking as it stands, in the language under way.

    Whom it is for is told by the mailbox alone: contacts are matched by what anybody can type, so the contact's name
    may be another's.
    """
    business, address = the_business(), consultation.email or ""
    page = booked_address(consultation)
    return Meeting(
        uid=consultation.uid,
        sequence=consultation.sequence,
        starts_at=consultation.starts_at,
        ends_at=consultation.ends_at,
        stamp=stamp,
        organizer=Party(business.name, sender_address()),
        attendee=Party("", address),
        summary=_("Samtal med %(business)s", business=business.name or consultation.host.user.name),
        language=consultation.language,
        location=_location(consultation),
        description=_("Visa, boka om eller avboka: %(address)s", address=page),
        url=page,
        standing=standing_of(consultation),
    )


def standing_of(consultation: Consultation) -> Standing:
    """How sure calendars take it to be."""
    return STANDINGS.get(consultation.state, Standing.CONFIRMED)


def our_address() -> str:
    """Where we are, on one line."""
    business = the_business()
    town = f"{business.postcode} {business.city}".strip()
    return ", ".join(part for part in (business.street_address, town) if part)


def _location(consultation: Consultation) -> str:
    match consultation.place:
        case Place.PHONE:
            where = _("Vi ringer dig")
        case Place.VIDEO:
            where = consultation.host.video_address or _("På video")
        case Place.OURS:
            where = our_address() or _("Hos oss")
        case Place.VISIT:
            where = _("Hos dig")
    return str(where)
