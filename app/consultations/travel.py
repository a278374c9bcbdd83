"""How far it is to a visitor, and on which days we go there."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.consultations.kinds import EVERY_DAY, ConsultationKind, Place, TravelBand
from app.consultations.models import Consultation
from app.core.db import db

POSTCODE_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes each way, which take the host beside the consultation, and the weekdays of such visits."""

    minutes: int = 0
    weekdays: str = EVERY_DAY


NO_TRAVEL = Travel()


def travel_to(postcode: str) -> Travel | None:
    """The way to a Swedish postcode, by the narrowest band that has it. None where none does, or it is no postcode."""
    digits = "".join(postcode.split())
    if len(digits) != POSTCODE_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    has_it = TravelBand.postcode_from <= digits, TravelBand.postcode_until >= digits
    bands = db.session.scalars(sa.select(TravelBand).where(*has_it)).all()
    if not bands:
        return None
    narrowest = min(bands, key=lambda band: (int(band.postcode_until) - int(band.postcode_from), band.id))
    return Travel(narrowest.travel_minutes, narrowest.weekdays)


def travel_for(kind: ConsultationKind, postcode: str) -> Travel | None:
    """The way to somebody at that postcode; none but to a visit. None where no band has it, or it is not known yet."""
    return travel_to(postcode) if kind.place is Place.VISIT else NO_TRAVEL


def way_to(consultation: Consultation) -> Travel:
    """How far it is to where the visit goes, or was when it was booked if no band knows the postcode any more."""
    if not consultation.travel_minutes:
        return NO_TRAVEL
    return travel_to(consultation.postcode or "") or Travel(consultation.travel_minutes)
