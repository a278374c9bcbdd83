"""How a booking ends: called off, held, or missed. It frees what time is left, and says what the lead is owed."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.booking import masked
from app.consultations.cells import release
from app.consultations.changes import Before, keep_change
from app.consultations.consequences import AFTER_CANCELLING, AFTER_MISSING, MOVES_TO, owe_a_new_time, tell_of
from app.consultations.letters import is_ours
from app.consultations.models import ChangeKind, Consultation, ConsultationOutcome, ConsultationState
from app.consultations.queries import ahead_of, usual_reason
from app.consultations.refusals import refuse_begun, refuse_settled, refuse_too_late
from app.consultations.triggers import HELD, MISSED
from app.core.errors import RuleBroken
from app.follow_ups.onward import NextStep
from app.follow_ups.services import find_next_step, keep_on, plan_step
from app.leads.models import EventKind, Lead, LostReason
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.leads.talks import follow_talk_rules
from app.plans.services import start_by_event


def cancel(consultation: Consultation, now: datetime, *, actor: User | None = None, why: str | None = None) -> None:
    """It will not be held: its time is free again, and its host is to find another. Cancelled already changes nothing.

    Nobody is to find another time for what looked like spam, and that we turn away.
    A visitor cannot after `change_until_at`, and nobody once it has begun. Identity numbers are blotted out of a
    visitor's `why`.
    """
    if consultation.state is ConsultationState.CANCELLED:
        return
    refuse_settled(consultation)
    if actor is None:
        refuse_too_late(consultation, now)
        why = masked(why or "", now)
    refuse_begun(consultation, now)
    call_off(consultation, actor, now, why)
    if actor is None or is_ours(consultation):
        owe_a_new_time(consultation, AFTER_CANCELLING, now)
    else:
        find_next_step(consultation.lead)


def call_off(consultation: Consultation, actor: User | None, now: datetime, why: str | None = None) -> None:
    """Settle it as cancelled, free its time and say so. The caller sees to what the lead is owed then."""
    before = Before.of(consultation)
    release(consultation)
    settle(consultation, ConsultationState.CANCELLED, now)
    consultation.sequence += 1
    keep_change(consultation, ChangeKind.CANCELLED, actor, now, before=before, why=why)
    tell_of(consultation, EventKind.CONSULTATION_CANCELLED, actor, now)


def settle(consultation: Consultation, state: ConsultationState, now: datetime) -> None:
    """From now on it stands there, and nothing is asked or promised about it any more."""
    consultation.state = state
    consultation.settled_at = now
    consultation.wants_earlier_at = consultation.asked_to_move_at = None


def settle_held(
    consultation: Consultation,
    outcome: ConsultationOutcome,
    actor: User,
    now: datetime,
    *,
    note: str | None = None,
    lost_reason: LostReason | None = None,
    next_step: NextStep | None = None,
) -> None:
    """It was held, and came to this: the lead goes where the outcome takes it, and on with the next step named.

    A lead that is lost by it needs a reason; for one whom it does not suit, the usual reason will do. A lead that is
    closed already stays so. Refused before the talk begins.
    """
    _refuse_to_settle(consultation, now)
    lead = consultation.lead
    consultation.outcome = outcome
    _settle(consultation, ConsultationState.HELD, actor, now, note)
    tell_of(consultation, EventKind.CONSULTATION_HELD, actor, now, note)
    follow_talk_rules(lead, actor, now)
    find_next_step(lead)
    if lead.is_open and lead.stage is not MOVES_TO[outcome]:
        reason = (lost_reason or usual_reason(outcome)) if MOVES_TO[outcome] is Stage.LOST else None
        move_to_stage(lead, MOVES_TO[outcome], actor, now, lost_reason=reason)
    if next_step is not None and lead.is_open:
        plan_step(lead, next_step, now)
    keep_on(lead, now)
    start_by_event(lead, HELD.name, now)


def settle_missed(consultation: Consultation, state: ConsultationState, actor: User, now: datetime) -> bool:
    """It came to nothing: they stayed away (NO_SHOW) or could not come (COULD_NOT_COME). Its host is to call them.

    Refused before the talk begins: until then it is cancelled. Says whether the call is planned.
    """
    if state not in (ConsultationState.NO_SHOW, ConsultationState.COULD_NOT_COME):
        raise ValueError(f"{state} is not a way to miss a consultation")
    _refuse_to_settle(consultation, now)
    if state is ConsultationState.COULD_NOT_COME:
        release(consultation)
    _settle(consultation, state, actor, now)
    tell_of(consultation, EventKind.CONSULTATION_MISSED, actor, now)
    is_owed = owe_a_new_time(consultation, AFTER_MISSING, now)
    start_by_event(consultation.lead, MISSED.name, now)
    return is_owed


def _refuse_to_settle(consultation: Consultation, now: datetime) -> None:
    refuse_settled(consultation)
    if now < consultation.starts_at:
        raise RuleBroken(_l("Den har inte börjat än. Avboka den i stället, om den inte ska bli av."))


def _settle(
    consultation: Consultation, state: ConsultationState, actor: User, now: datetime, why: str | None = None
) -> None:
    before = Before.of(consultation)
    settle(consultation, state, now)
    keep_change(consultation, ChangeKind.SETTLED, actor, now, before=before, why=why)


def called_off_by_closing(lead: Lead, now: datetime) -> list[Consultation]:
    """The bookings that are called off, and their visitors told, when the lead is won, lost or put to rest."""
    return [consultation for consultation in ahead_of(lead.id) if consultation.starts_at > now]


def call_off_when_closed(lead: Lead, left: Stage, actor: User | None, now: datetime) -> None:
    """A lead that is won, lost or rests has no talks ahead: nobody would come. Registered with the leads.

    What has begun stays, to be told how it went.
    """
    if not lead.is_walking:
        for consultation in called_off_by_closing(lead, now):
            call_off(consultation, actor, now)
        find_next_step(lead)
