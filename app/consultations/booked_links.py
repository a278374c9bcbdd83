"""The links of a booking that visitors get by mail. They show the booking; only a button there changes it."""

from datetime import UTC, datetime, timedelta

from app.consultations.models import Consultation
from app.core import links
from app.core.public_addresses import public_address

PURPOSE = "consultation"
EARLIER = "earlier"
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


def earlier_address(consultation: Consultation, starts_at: datetime) -> str:
    """The full address where the booking can be moved to an earlier time that has become free; dead from its start."""
    token = links.sign(EARLIER, [consultation.id, int(starts_at.timestamp())], starts_at)
    return public_address("consultations.earlier", token=token, lang=consultation.language)


def read_earlier(token: str, now: datetime) -> tuple[int, datetime]:
    """The key of the booking, and the start that is offered. Raises LinkBroken or LinkExpired."""
    consultation_id, starts_at = links.read(EARLIER, token, now)
    return int(consultation_id), datetime.fromtimestamp(starts_at, UTC)
