from flask import Blueprint

from app.consultations.ahead import appointment_of
from app.consultations.kinds import Place
from app.consultations.labels import PLACE_ICONS, STATE_COLOURS
from app.consultations.models import Consultation, ConsultationState
from app.follow_ups.appointments import Appointment

bp = Blueprint("consultations", __name__)


@bp.app_template_global()
def place_icon(place: Place) -> str:
    """The icon of where a consultation is held."""
    return PLACE_ICONS[place]


@bp.app_template_global()
def appointment(consultation: Consultation) -> Appointment:
    """A consultation as a step of its lead."""
    return appointment_of(consultation)


@bp.app_template_global()
def state_colour(state: ConsultationState) -> str:
    """The chip that a state is shown as."""
    return STATE_COLOURS[state]
