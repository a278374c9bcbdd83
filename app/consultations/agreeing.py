"""What host and visitor say about a booking that stays at its time."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.changes import Before, keep_change
from app.consultations.consequences import tell_of
from app.consultations.models import ChangeKind, Consultation, ConsultationState
from app.consultations.refusals import refuse_begun, refuse_settled
from app.core.errors import RuleBroken
from app.leads.models import EventKind


def confirm(consultation: Consultation, actor: User, now: datetime) -> None:
    """The host says yes to a booking that was requested. One that is booked already changes nothing."""
    if consultation.state is ConsultationState.BOOKED:
        return
    refuse_settled(consultation)
    before = Before.of(consultation)
    consultation.state = ConsultationState.BOOKED
    keep_change(consultation, ChangeKind.CONFIRMED, actor, now, before=before)
    tell_of(consultation, EventKind.CONSULTATION_BOOKED, actor, now)


def keep(consultation: Consultation, actor: User, now: datetime) -> None:
    """It is held although the hours say otherwise now; the visitor notices nothing."""
    refuse_settled(consultation)
    consultation.is_outside_hours = True
    consultation.asked_to_move_at = None
    keep_change(consultation, ChangeKind.KEPT, actor, now, before=Before.of(consultation))


def ask_to_move(consultation: Consultation, actor: User, now: datetime) -> None:
    """Ask the visitor to choose another time; until then it stands.

    Refused where there is no address to ask at, and so close to it that the visitor cannot change it alone.
    """
    refuse_settled(consultation)
    refuse_begun(consultation, now)
    if now >= consultation.change_until_at:
        raise RuleBroken(_l("Det är så nära tiden att besökaren inte kan byta själv. Ring i stället, och boka om."))
    if consultation.email is None:
        raise RuleBroken(_l("Det finns ingen e-postadress att fråga på. Ring i stället, och boka om."))
    consultation.asked_to_move_at = now
    keep_change(consultation, ChangeKind.ASKED_TO_MOVE, actor, now, before=Before.of(consultation))


def want_earlier(consultation: Consultation, now: datetime, *, is_wanted: bool = True) -> None:
    """The visitor would like to be told when an earlier time is free, or no more."""
    refuse_settled(consultation)
    if not is_wanted:
        consultation.wants_earlier_at = None
    elif consultation.wants_earlier_at is None:
        consultation.wants_earlier_at = now
