from flask import Blueprint

from app.core.language import local_zone
from app.trials.labels import STATE_COLOURS
from app.trials.models import Trial, TrialState
from app.trials.steps import TrialStep, step_of

bp = Blueprint("trials", __name__)


@bp.app_template_global()
def trial_step(trial: Trial) -> TrialStep | None:
    """What a trial waits for."""
    return step_of(trial, local_zone())


@bp.app_template_global()
def trial_colour(state: TrialState) -> str:
    """The chip that a state is shown as."""
    return STATE_COLOURS[state]
