"""The page of one booking, which its signed link opens without sign-in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.consultations.booked_links import booked_address
from app.consultations.hosts import Host
from app.consultations.models import Consultation
from app.consultations.queries import ahead_of
from app.core.db import db
from app.enquiries.private_pages import Booking


@dataclass(frozen=True, slots=True)
class BookedPage:
    """What the holder of a link sees of a booking at a moment, and may do with it."""

    consultation: Consultation
    now: datetime

    @property
    def is_past(self) -> bool:
        return self.consultation.ends_at <= self.now

    @property
    def is_ahead(self) -> bool:
        """Whether it is still going to be held."""
        return self.consultation.is_ahead and not self.is_past

    @property
    def may_change(self) -> bool:
        return self.is_ahead and self.now < self.consultation.change_until_at


def booked_page(consultation_id: int, now: datetime) -> BookedPage | None:
    """The page of a booking; None where the booking is gone."""
    query = sa.select(Consultation).where(Consultation.id == consultation_id)
    consultation = db.session.scalar(
        query.options(joinedload(Consultation.kind), joinedload(Consultation.host).joinedload(Host.user))
    )
    return BookedPage(consultation, now) if consultation else None


def bookings_ahead(lead_id: int) -> list[Booking]:
    """What the lead has booked, as its private page lists it, the earliest first."""
    return [Booking(each.starts_at, booked_address(each), each.email) for each in ahead_of(lead_id)]
