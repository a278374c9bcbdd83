"""What a touch point does when its day has come: a mail to the borrower, or a call that we owe them."""

from datetime import date, datetime, timedelta

from app.consultations.reminders import NIGHT
from app.core.language import local_day, local_zone
from app.core.wall_clock import moment_of
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.follow_ups.suggestions import Suggestion
from app.leads.models import EventKind
from app.leads.services import tell
from app.trials.care import CARE, due_at, is_pointless, settle
from app.trials.consequences import owe_a_step
from app.trials.labels import LABELS
from app.trials.letters import queue_mail
from app.trials.models import TrialState
from app.trials.touch_points import ASKS_FOR_THE_UNIT, TouchPoint, TouchPointKind, TouchPointState


def carry_out(point: TouchPoint, now: datetime) -> bool:
    """Do what is planned and due, once. Says whether there was anything to do.

    What is pointless by now is passed over; so is what is too late, which we are told. What asks for a unit that is on
    its way waits until that is here, or never came.
    """
    if point.state is not TouchPointState.PLANNED or due_at(point.due_on) > now or _waits_for_the_unit(point):
        return False
    today = local_day(now)
    is_too_late = today > point.due_on + timedelta(days=CARE[point.kind].late_days)
    if is_pointless(point, today) or is_too_late:
        settle(point, TouchPointState.SKIPPED, now)
    else:
        settle(point, TouchPointState.DONE, now)
        _do(point, today, now)
    if is_too_late and not is_pointless(point, today):
        _tell_of_lateness(point, now)
    return True


def _waits_for_the_unit(point: TouchPoint) -> bool:
    return point.kind in ASKS_FOR_THE_UNIT and point.trial.state is TrialState.RETURNING


def _tell_of_lateness(point: TouchPoint, now: datetime) -> None:
    if point.trial.lead is not None:
        tell(point.trial.lead, EventKind.TRIAL_CARE_LATE, now, about_id=point.trial.id, text=point.kind)


def _do(point: TouchPoint, today: date, now: datetime) -> None:
    care, trial = CARE[point.kind], point.trial
    if care.mail:
        night = moment_of(today, NIGHT.start, local_zone())
        queue_mail(trial, care.mail, now, key=point.kind, latest_after=night - now)
    if care.task or trial.email is None:
        _owe_a_call(point, now)


def _owe_a_call(point: TouchPoint, now: datetime) -> None:
    """Plan the call for whoever cares for the trial, on a working day; not where a call is owed by then already."""
    call = Suggestion(FollowUpKind.CALL, 0, CARE[point.kind].task or LABELS[TouchPointKind][point.kind])
    due_at = call.step(local_day(now), local_zone()).due_at
    lead = point.trial.lead
    if lead and not any(step.kind is call.kind and step.due_at <= due_at for step in open_of(lead.id)):
        owe_a_step(point.trial, call, now)
