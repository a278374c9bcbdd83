"""What a booking and its end mean for the lead: where it stands, what is owed to it, what stops and what starts."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.models import Consultation, ConsultationOutcome, ConsultationState
from app.consultations.queries import ahead_of
from app.core.language import local_zone
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import find_next_step, forget_suggested, plan
from app.follow_ups.suggestions import Suggestion
from app.leads.models import EventKind
from app.leads.services import move_to_stage, tell
from app.leads.stages import Stage
from app.plans.models import StopReason
from app.plans.services import stop_runs

BEFORE_A_TALK = (Stage.NEW, Stage.CONTACTED, Stage.RESTING)
"""From here a booking moves the lead on; one who tries or decides already stays where it is."""
AFTER_CANCELLING = Suggestion(FollowUpKind.CALL, 1, _l("Hitta en ny tid"))
AFTER_MISSING = Suggestion(FollowUpKind.CALL, 1, _l("Hör varför det inte blev av"))

MOVES_TO = {
    ConsultationOutcome.TO_TRIAL: Stage.TRIAL,
    ConsultationOutcome.THINKS: Stage.DECISION,
    ConsultationOutcome.NO: Stage.LOST,
    ConsultationOutcome.NOT_SUITABLE: Stage.LOST,
}
"""Where each outcome takes the lead."""


def follow_booking(consultation: Consultation, actor: User | None, now: datetime) -> None:
    """The lead waits for the talk: it moves there, its plans stop, and what was only suggested gives way."""
    lead = consultation.lead
    is_requested = consultation.state is ConsultationState.REQUESTED
    tell_of(
        consultation,
        EventKind.CONSULTATION_REQUESTED if is_requested else EventKind.CONSULTATION_BOOKED,
        actor,
        now,
    )
    stop_runs(lead, StopReason.BOOKED, now, actor=actor)
    forget_suggested(lead)
    find_next_step(lead)
    if lead.stage in BEFORE_A_TALK:
        move_to_stage(lead, Stage.CONSULTATION, actor, now)


def owe_a_new_time(consultation: Consultation, suggestion: Suggestion, now: datetime) -> bool:
    """Plan the call that follows a talk that came to nothing, for its host, on the next working day.

    Not where the lead is closed or rests, and not where another booking is ahead. Says whether it is planned.
    """
    lead, host = consultation.lead, consultation.host.user
    find_next_step(lead)
    if not lead.is_walking or ahead_of(lead.id):
        return False
    zone = local_zone()
    with force_locale(host.language):
        step = suggestion.step(now.astimezone(zone).date(), zone)
    owner = host if host.is_active else None
    plan(lead, step.kind, step.due_at, now, owner=owner, title=step.title, due_on=step.due_on)
    return True


def tell_of(
    consultation: Consultation, kind: EventKind, actor: User | None, now: datetime, text: str | None = None
) -> None:
    """A line on the lead's timeline; without words of its own it holds when the talk starts, in ISO 8601."""
    text = text or consultation.starts_at.isoformat()
    tell(consultation.lead, kind, now, actor=actor, about_id=consultation.id, text=text)
