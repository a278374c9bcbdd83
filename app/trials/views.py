from flask import Blueprint
from flask_babel import gettext as _

from app.core.clock import now
from app.core.language import local_day
from app.leads.models import Lead
from app.trials.labels import STATE_COLOURS
from app.trials.models import Trial, TrialState
from app.trials.queries import trials_of
from app.trials.steps import TrialStep, step_seen_on

bp = Blueprint("trials", __name__)


@bp.app_template_global()
def trial_step(trial: Trial) -> TrialStep | None:
    """What a trial waits for, and how late that is."""
    return step_seen_on(trial, local_day(now()))


@bp.app_template_global()
def trial_colour(state: TrialState) -> str:
    """The chip that a state is shown as."""
    return STATE_COLOURS[state]


@bp.app_template_global()
def open_trials_of(lead: Lead) -> list[Trial]:
    """The lead's trials of which something is still to happen."""
    return [trial for trial in trials_of([lead.id]) if trial.is_open]


@bp.app_template_global()
def borrower(trial: Trial) -> str:
    """Who borrows; of an erased person whose unit is back nobody can say it any more."""
    return trial.borrower_name or str(_("Raderad person"))
