"""What a trial waits for next, and from which day on."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.core.workdays import next_working_day
from app.follow_ups.dues import Urgency
from app.trials.models import Decision, Trial, TrialState


class Wait(NamedTuple):
    """What is waited for, and where it is done: the page, and what its button says."""

    words: Any
    icon: str
    endpoint: str
    action: Any


PAGE = "trials.detail"
"""Where a step is done that has no page of its own."""
TO_RECEIVE = Wait(_l("Ta emot enheten"), "packages", PAGE, _l("Visa"))
WAITS_FOR = {
    TrialState.REQUESTED: Wait(_l("Bedöm om det passar"), "shield-check", PAGE, _l("Bedöm")),
    TrialState.SUITABLE: Wait(_l("Reservera en enhet"), "calendar-event", "trials.reserve", _l("Reservera")),
    TrialState.RESERVED: Wait(_l("Avtalet ska godkännas"), "edit", PAGE, _l("Visa")),
    TrialState.AGREED: Wait(_l("Lämna ut enheten"), "packages", PAGE, _l("Visa")),
    TrialState.OUT: Wait(_l("Sista dagen"), "flag", "trials.decide", _l("Säg vad det blir")),
    TrialState.DECISION: Wait(_l("Fråga vad det blir"), "phone", "trials.decide", _l("Säg vad det blir")),
    TrialState.RETURNING: TO_RECEIVE,
    TrialState.RECEIVED: Wait(_l("Kontrollera enheten"), "shield-check", "trials.check", _l("Kontrollera")),
    TrialState.CHECKED: Wait(_l("Säg vad det blev"), "flag", PAGE, _l("Avsluta")),
}
"""What is to be done in each state; the ends wait for nothing."""

WAITS_FOR_WHAT_WAS_SAID = {
    Decision.BUYS_THIS: Wait(_l("Gör klart köpet"), "shopping-cart", "trials.buy_this", _l("Gör klart köpet")),
    Decision.BUYS_NEW: TO_RECEIVE,
    Decision.RETURNS: TO_RECEIVE,
}
"""While it is with them, once they have said what becomes of it."""


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One thing to do; from `due_on` it is due, and the day after it is late."""

    wait: Wait
    due_on: date

    @property
    def has_own_page(self) -> bool:
        """Whether it is done elsewhere than on the trial's own page."""
        return self.wait.endpoint != PAGE

    def urgency(self, today: date) -> Urgency:
        """How it stands on a local day."""
        if self.due_on < today:
            return Urgency.LATE
        return Urgency.DUE if self.due_on == today else Urgency.LATER

    def days_late(self, today: date) -> int:
        """How many days ago it was to be done; nothing until then."""
        return max(0, (today - self.due_on).days)


def step_of(trial: Trial, zone: ZoneInfo) -> TrialStep | None:
    """What the trial waits for; None once it has ended."""
    if trial.state not in WAITS_FOR:
        return None
    wait = WAITS_FOR[trial.state]
    if trial.decision is not None and trial.is_with_borrower:
        wait = WAITS_FOR_WHAT_WAS_SAID[trial.decision]
    return TrialStep(wait, _due_on(trial, zone))


def _due_on(trial: Trial, zone: ZoneInfo) -> date:
    """A request is answered within a working day; what has come back is looked at the same day."""
    if trial.received_at is not None:
        return trial.received_at.astimezone(zone).date()
    if trial.state in (TrialState.REQUESTED, TrialState.SUITABLE) or trial.starts_on is None or trial.ends_on is None:
        return next_working_day(trial.requested_at.astimezone(zone).date())
    return trial.starts_on if trial.state in (TrialState.RESERVED, TrialState.AGREED) else trial.ends_on
