"""What becomes of a lead's trials when it is closed or put to rest; registered with the leads."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.errors import RuleBroken
from app.follow_ups.services import find_next_step
from app.leads.models import Lead
from app.leads.stages import Stage
from app.trials.ending import call_off, settle_unsold
from app.trials.models import BEFORE_OUT, Trial, TrialState
from app.trials.queries import open_trials_to_change


def follow_closing(lead: Lead, left: Stage, actor: User | None, now: datetime) -> None:
    """A lead is not closed, nor put to rest, while our unit is with them and nobody has said what becomes of it.

    Once that is said (`ending.decide`) it can be, and the trial goes on until the unit is back. A trial that has not
    begun is called off: nobody would fetch the unit. One that is back and looked over ends with a lost lead, for the
    same reason. One that is back and not looked over stays, to be checked.
    """
    if lead.is_walking:
        return
    trials = open_trials_to_change(lead.id)
    _refuse_to_strand(trials)
    for trial in trials:
        if trial.state in BEFORE_OUT:
            call_off(trial, actor, now)
        elif trial.state is TrialState.CHECKED and lead.stage is Stage.LOST:
            settle_unsold(trial, lead.lost_reason, actor, now)
    if trials:
        find_next_step(lead)


def _refuse_to_strand(trials: Sequence[Trial]) -> None:
    for trial in trials:
        if trial.is_with_borrower and trial.decision is None and trial.unit is not None:
            raise RuleBroken(
                _l(
                    "%(serial)s är hos %(name)s. Säg först vad som händer med den: köper de den, köper de en ny eller"
                    " lämnar de tillbaka den?",
                    serial=trial.unit.serial,
                    name=trial.borrower_name,
                )
            )
