"""A unit on its way home: said to be sent, received, looked over. What it no longer needs of its days is free again."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.errors import RuleBroken
from app.core.filters import day_of_month
from app.core.language import local_day
from app.leads.models import EventKind
from app.trials.changes import Before, keep_change
from app.trials.consequences import follow_days, follow_return
from app.trials.days import A_DAY, last_day_taken, release_days
from app.trials.models import Decision, Trial
from app.trials.moves import Move, go, refuse_unless
from app.trials.refusals import refuse_ahead
from app.trials.unit_states import settle_unit
from app.trials.units import DeviceUnit, UnitState


def say_returned(trial: Trial, now: datetime, actor: User | None = None) -> None:
    """The borrower, or somebody here for them, says that it has been sent back: so it is not this one that they buy."""
    before = Before.of(trial)
    go(trial, Move.SAY_RETURNED, now)
    if trial.decision is not Decision.BUYS_NEW:
        trial.decision = Decision.RETURNS
    keep_change(trial, EventKind.TRIAL_RETURNING, actor, now, before=before)
    follow_days(trial)


def never_came(trial: Trial, actor: User | None, now: datetime) -> None:
    """It was said to be sent, and has not come: it is with the borrower still, and we have to hear from them."""
    before = Before.of(trial)
    go(trial, Move.NEVER_CAME, now)
    keep_change(trial, EventKind.TRIAL_RETURNING, actor, now, before=before)
    follow_days(trial)


def receive(trial: Trial, on: date, actor: User | None, now: datetime) -> None:
    """It is with us since that day, which was its last with the borrower; after that and the pause it is free again."""
    refuse_unless(trial, Move.RECEIVE)
    unit = _unit_of(trial)
    refuse_ahead(on, local_day(now))
    if trial.starts_on is not None and on < trial.starts_on:
        day = day_of_month(trial.starts_on)
        raise RuleBroken(_l("Enheten lämnades ut %(day)s. Välj den dagen eller en senare.", day=day))
    before = Before.of(trial)
    release_days(trial, last_day_taken(on, unit.model.pause_days) + A_DAY)
    if on != trial.ends_on:
        trial.ends_on = on
        trial.version += 1
    trial.received_at = now
    go(trial, Move.RECEIVE, now)
    settle_unit(unit, actor, now, said=UnitState.BACK_UNCHECKED, trial=trial)
    keep_change(trial, EventKind.TRIAL_RECEIVED, actor, now, before=before)
    follow_return(trial, actor, now)


def check(trial: Trial, actor: User | None, now: datetime, *, needs_service: bool = False, why: str = "") -> None:
    """It has been looked over, so the rest of its pause is over too: it can go out today, unless it needs service.

    `why` is about the device alone, never a person; service asks for it.
    """
    refuse_unless(trial, Move.CHECK)
    why = why.strip()
    if needs_service and not why:
        raise RuleBroken(_l("Skriv vad som ska göras med enheten."))
    before = Before.of(trial)
    release_days(trial, local_day(now))
    go(trial, Move.CHECK, now)
    said = UnitState.SERVICE if needs_service else UnitState.FREE
    settle_unit(_unit_of(trial), actor, now, why, said=said, trial=trial)
    keep_change(trial, EventKind.TRIAL_CHECKED, actor, now, before=before)
    follow_days(trial)


def _unit_of(trial: Trial) -> DeviceUnit:
    if trial.unit is None:
        raise ValueError("a loan that has been out has a unit")
    return trial.unit
