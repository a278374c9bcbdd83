"""The history of a loan: every change with who, when, from what, to what; and who is told of it."""

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.models import User
from app.core.db import db
from app.leads.models import EventKind
from app.leads.services import tell
from app.trials.borrowers import forget_if_erased
from app.trials.care import follow_change
from app.trials.letters import tell_borrower, tell_us
from app.trials.models import Trial, TrialChange, TrialState


@dataclass(frozen=True, slots=True)
class Before:
    """What a loan was before a change."""

    state: TrialState
    starts_on: date | None
    ends_on: date | None
    unit_id: int | None

    @classmethod
    def of(cls, trial: Trial) -> "Before":
        return cls(trial.state, trial.starts_on, trial.ends_on, trial.unit_id)


def keep_change(
    trial: Trial,
    event: EventKind | None,
    actor: User | None,
    now: datetime,
    *,
    before: Before | None = None,
    why: str | None = None,
) -> None:
    """Write down what the loan was and is. What it is called (`event`) is told to the lead's timeline, where a lead is
    left, to the borrower and to us by mail, and to the care around it.

    Without an actor it was the borrower, or the clock.
    """
    db.session.add(
        TrialChange(
            trial_id=trial.id,
            at=now,
            actor_id=actor.id if actor else None,
            from_state=before.state if before else None,
            to_state=trial.state,
            from_starts_on=before.starts_on if before else None,
            to_starts_on=trial.starts_on,
            from_ends_on=before.ends_on if before else None,
            to_ends_on=trial.ends_on,
            from_unit_id=before.unit_id if before else None,
            to_unit_id=trial.unit_id,
            why=why or None,
        )
    )
    if event is not None:
        _tell_of(trial, event, actor, now, before)
    forget_if_erased(trial, now)


def _tell_of(trial: Trial, event: EventKind, actor: User | None, now: datetime, before: Before | None) -> None:
    if trial.lead is not None:
        tell(trial.lead, event, now, actor=actor, about_id=trial.id, text=_text_of(trial, event))
    if event is not EventKind.TRIAL_MOVED or _has_new_days(trial, before):
        tell_borrower(trial, event, now)
    if actor is None:
        tell_us(trial, event, now)
    follow_change(trial, event, now)


def _has_new_days(trial: Trial, before: Before | None) -> bool:
    return before is None or (before.starts_on, before.ends_on) != (trial.starts_on, trial.ends_on)


NAMES_DAYS = (EventKind.TRIAL_RESERVED, EventKind.TRIAL_HANDED_OVER, EventKind.TRIAL_MOVED)
NAMES_STATE = (EventKind.TRIAL_RETURNING, EventKind.TRIAL_ENDED)


def _text_of(trial: Trial, event: EventKind) -> str | None:
    """What a line of the timeline holds: the days as an interval of ISO 8601, what was decided, or where it stands
    now: whether it is on its way back or never came, and how it ended."""
    if event in NAMES_DAYS:
        return f"{trial.starts_on}/{trial.ends_on}"
    if event is EventKind.TRIAL_DECIDED:
        return trial.decision and trial.decision.value
    return trial.state.value if event in NAMES_STATE else None
