"""The care around a trial at the desk: what is planned and done, and a reminder with one click."""

from collections.abc import Sequence

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import writing
from app.core.labels import label
from app.core.language import local_day
from app.core.toasts import toast
from app.trials.acts import back_to
from app.trials.care import is_pointless
from app.trials.care_queries import touch_points_of
from app.trials.models import Trial
from app.trials.queries import trial_to_change
from app.trials.reminding import About, remind_now, what_waits
from app.trials.touch_points import TouchPoint, TouchPointKind, TouchPointState
from app.trials.views import bp


@bp.post("/trials/<int:trial_id>/remind")
def remind(trial_id: int) -> ResponseReturnValue:
    """Mail the borrower at once what waits for them."""
    with writing():
        remind_now(trial_to_change(trial_id) or abort(404), signed_in(), now())
    toast(_("Påminnelsen är på väg."))
    return back_to(trial_id)


@bp.app_template_global()
def care_of(trial: Trial) -> Sequence[tuple[TouchPoint, bool]]:
    """What the trial is or was owed, each with whether it is planned and still of use."""
    today = local_day(now())
    return [
        (point, point.state is TouchPointState.PLANNED and not is_pointless(point, today))
        for point in touch_points_of(trial.id)
    ]


@bp.app_template_global()
def reminder_of(trial: Trial) -> About | None:
    """What the borrower can be reminded of today."""
    return what_waits(trial, local_day(now()))


@bp.app_template_global()
def touch_point_words(name: str) -> str:
    """What the touch point of that name is called."""
    return label(TouchPointKind(name))
