"""What a loan and its end mean for the lead: where it stands, what is owed to it, what stops and what starts.

Where the person has been erased no lead is left, and nothing follows.
"""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.language import DEFAULT, local_day, local_zone
from app.core.money import MOST_ORE
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import find_next_step, forget_suggested, plan
from app.follow_ups.suggestions import Suggestion
from app.leads.models import LostReason
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.leads.values import set_value
from app.plans.models import StopReason
from app.plans.services import start_by_event, stop_runs
from app.trials.models import Trial
from app.trials.queries import bought_ore, has_bought, other_open_trials
from app.trials.triggers import ENDED

BEFORE_A_TRIAL = (Stage.NEW, Stage.CONTACTED, Stage.CONSULTATION, Stage.RESTING)
"""From here a reservation moves the lead on; one that decides already stays where it is."""
AFTER_ENDING = Suggestion(FollowUpKind.CALL, 1, _l("Hör hur vi går vidare"))
OTHER_UNIT = Suggestion(FollowUpKind.CALL, 0, _l("Välj en annan enhet till provperioden"))


def follow_request(trial: Trial, now: datetime) -> None:
    """They have asked to try: their plans stop, and what was only suggested gives way to our answer."""
    if trial.lead is not None:
        stop_runs(trial.lead, StopReason.REPLIED, now)
    follow_days(trial)


def follow_reservation(trial: Trial, actor: User | None, now: datetime) -> None:
    """The lead waits for the unit: it moves to that stage, its plans stop, and what was only suggested gives way."""
    lead = trial.lead
    if lead is None:
        return
    stop_runs(lead, StopReason.LENT, now, actor=actor)
    follow_days(trial)
    if lead.stage in BEFORE_A_TRIAL:
        move_to_stage(lead, Stage.TRIAL, actor, now)


def follow_days(trial: Trial) -> None:
    """Let the lead know when its next step is due; what was only suggested gives way to the trial."""
    if trial.lead is not None:
        if trial.is_open:
            forget_suggested(trial.lead)
        find_next_step(trial.lead)


def follow_decision_day(trial: Trial, now: datetime) -> None:
    """The time to try is over: a lead that stands there goes on to decide."""
    if trial.lead is not None:
        find_next_step(trial.lead)
        if trial.lead.stage is Stage.TRIAL:
            move_to_stage(trial.lead, Stage.DECISION, None, now)


def follow_return(trial: Trial, actor: User | None, now: datetime) -> None:
    """The time to try is over, and what waits for that starts; the lead goes on to decide, if it has not."""
    lead = trial.lead
    if lead is None:
        return
    follow_days(trial)
    if lead.stage is Stage.TRIAL:
        move_to_stage(lead, Stage.DECISION, actor, now)
    start_by_event(lead, ENDED.name, now)


def follow_purchase(trial: Trial, actor: User | None, now: datetime) -> None:
    """The lead is worth what they have bought for, and won, unless another unit of theirs is out."""
    lead = trial.lead
    if lead is None:
        return
    find_next_step(lead)
    set_value(lead, min(bought_ore(lead.id), MOST_ORE) or lead.value_ore, actor, now)
    if lead.stage is not Stage.WON and not _has_another_out(trial):
        move_to_stage(lead, Stage.WON, actor, now)


def follow_no(trial: Trial, lost_reason: LostReason, actor: User | None, now: datetime) -> None:
    """The lead is lost for that reason, unless it is closed already, or another unit of theirs is out.

    One that has bought another unit before is won by now.
    """
    lead = trial.lead
    if lead is None:
        return
    find_next_step(lead)
    if lead.is_open and not _has_another_out(trial):
        is_won = has_bought(lead.id)
        stage, reason = (Stage.WON, None) if is_won else (Stage.LOST, lost_reason)
        move_to_stage(lead, stage, actor, now, lost_reason=reason)


def _has_another_out(trial: Trial) -> bool:
    return any(other.is_with_borrower for other in other_open_trials(trial))


def owe_a_step(trial: Trial, suggestion: Suggestion, now: datetime) -> None:
    """Plan what follows a trial that came to nothing, or cannot go on as it was, for whoever cares for it.

    Not where the lead is closed or rests, and not where another trial of theirs goes on.
    """
    lead = trial.lead
    if lead is None:
        return
    find_next_step(lead)
    if not lead.is_walking or (not trial.is_open and other_open_trials(trial)):
        return
    owner = next((user for user in (trial.owner, lead.owner) if user is not None and user.is_active), None)
    with force_locale(owner.language if owner else DEFAULT):
        step = suggestion.step(local_day(now), local_zone())
    plan(lead, step.kind, step.due_at, now, owner=owner, title=step.title, due_on=step.due_on)
