from datetime import date, datetime, timedelta

from app.consultations.reminders import is_night
from app.core.db import db, writing
from app.core.language import local_day, local_zone
from app.core.one_by_one import one_by_one
from app.trials.care import due_at
from app.trials.care_queries import ended_by, points_due
from app.trials.caring import carry_out
from app.trials.ending import come_to_decision
from app.trials.forgetting import forget_what_is_old, kept_too_long
from app.trials.models import TrialState
from app.trials.queries import trial_to_change
from app.trials.touch_points import TouchPoint


def care_for_trials(now: datetime) -> int:
    """Carry out the care that is due, from nine in the morning and never at night; says for how many things.

    First whatever has come to its last day is made to be decided on, so that the care of that day finds it so.
    """
    if is_night(now, local_zone()):
        return 0
    day = _day_due(now)
    return one_by_one(ended_by(day), lambda trial_id: _decide(trial_id, day, now)) + one_by_one(
        points_due(day), lambda keys: _care(*keys, now)
    )


def _day_due(now: datetime) -> date:
    """The last local day whose hour has come."""
    today = local_day(now)
    return today if due_at(today) <= now else today - timedelta(days=1)


def _decide(trial_id: int, day: date, now: datetime) -> bool:
    with writing():
        trial = trial_to_change(trial_id)
        if trial is None or trial.state is not TrialState.OUT or trial.ends_on is None or trial.ends_on > day:
            return False
        come_to_decision(trial, now)
        return True


def _care(point_id: int, trial_id: int, now: datetime) -> bool:
    """The lock on the loan is the claim: whoever waits for it finds what is done by then, or moved."""
    with writing():
        trial_to_change(trial_id)
        point = db.session.get(TouchPoint, point_id, populate_existing=True)
        return point is not None and carry_out(point, now)


def forget_ratings(now: datetime) -> int:
    """Delete what was told during trials that ended long enough ago, trial by trial; says of how many."""
    return one_by_one(kept_too_long(now), lambda trial_id: _forget(trial_id, now))


def _forget(trial_id: int, now: datetime) -> bool:
    with writing():
        trial = trial_to_change(trial_id)
        return trial is not None and forget_what_is_old(trial, now)
