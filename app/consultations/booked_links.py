"""The links of a booking that visitors get by mail. They show the booking; only a button there changes it."""

from datetime import datetime, timedelta

from app.consultations.models import Consultation
from app.core import links
from app.core.public_addresses import public_address

PURPOSE = "consultation"
LIVES = timedelta(days=90)
"""Past the end of the booking as it stands when the link is made: an old mail still opens one that was moved."""


def booked_address(consultation: Consultation) -> str:
    """The full address of the booking's page, in the language of whoever booked. Equal bookings give equal ones."""
    return public_address("consultations.booked", token=booked_token(consultation), lang=consultation.language)


def booked_token(consultation: Consultation) -> str:
    """What opens the booking's page."""
    return links.sign(PURPOSE, [consultation.id], consultation.ends_at + LIVES)


def read_booked(token: str, now: datetime) -> int:
    """The key of the booking that the token opens. Raises LinkBroken or LinkExpired."""
    (consultation_id,) = links.read(PURPOSE, token, now)
    return int(consultation_id)
