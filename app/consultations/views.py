from flask import Blueprint

from app.consultations.ahead import appointment_of
from app.consultations.ending import called_off_by_closing
from app.consultations.kinds import Place
from app.consultations.labels import PLACE_ICONS, STATE_COLOURS
from app.consultations.models import Consultation, ConsultationState
from app.core.clock import now
from app.follow_ups.appointments import Appointment
from app.leads.models import Lead

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


@bp.app_template_global()
def called_off_if_closed(lead: Lead) -> list[Consultation]:
    """What is called off if the lead is won, lost or put to rest now."""
    return called_off_by_closing(lead, now())
