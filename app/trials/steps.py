"""How the step that a trial waits for is done: on which page, and what its button says. `ahead.py` says what it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from app.follow_ups.appointments import Appointment
from app.follow_ups.dues import Urgency
from app.trials.ahead import step_of
from app.trials.models import Decision, Trial, TrialState


class Action(NamedTuple):
    """A page, and what leads there."""

    endpoint: str
    words: Any
    icon: str


PAGE = "trials.detail"
"""Where a step is done that has no page of its own."""
TAKE_BACK = Action("trials.take_back", _l("Ta emot enheten"), "packages")
DECIDE = Action("trials.decide", _l("Säg vad det blir"), "flag")
ACTIONS = {
    TrialState.REQUESTED: Action(PAGE, _l("Bedöm"), "shield-check"),
    TrialState.SUITABLE: Action("trials.reserve", _l("Reservera"), "calendar-event"),
    TrialState.RESERVED: Action(PAGE, _l("Visa"), "eye"),
    TrialState.AGREED: Action("trials.hand_over", _l("Lämna ut enheten"), "packages"),
    TrialState.OUT: DECIDE,
    TrialState.DECISION: DECIDE,
    TrialState.RETURNING: TAKE_BACK,
    TrialState.RECEIVED: Action("trials.check", _l("Kontrollera"), "shield-check"),
    TrialState.CHECKED: Action(PAGE, _l("Avsluta"), "flag"),
}
ACTIONS_SAID = {
    Decision.BUYS_THIS: Action("trials.buy_this", _l("Gör klart köpet"), "shopping-cart"),
    Decision.BUYS_NEW: TAKE_BACK,
    Decision.RETURNS: TAKE_BACK,
}
"""While the unit is with them, once they have said what becomes of it."""


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One thing to do on a day, seen from another."""

    what: Appointment
    action: Action
    days_late: int
    """Nothing on its day, less than nothing before it."""

    @property
    def has_own_page(self) -> bool:
        """Whether it is done elsewhere than on the trial's own page."""
        return self.action.endpoint != PAGE

    @property
    def urgency(self) -> Urgency:
        """How it stands."""
        if self.days_late > 0:
            return Urgency.LATE
        return Urgency.LATER if self.days_late < 0 else Urgency.DUE


def step_seen_on(trial: Trial, today: date) -> TrialStep | None:
    """What the trial waits for; None once it has ended."""
    if not trial.is_open:
        return None
    what = step_of(trial)
    if what.due_on is None:
        raise ValueError("a step of a trial is for a whole day")
    action = ACTIONS_SAID[trial.decision] if trial.is_with_borrower and trial.decision else ACTIONS[trial.state]
    return TrialStep(what, action, (today - what.due_on).days)
