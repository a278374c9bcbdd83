"""A unit is kept for somebody, for some days, and handed over. Each raises UnitTaken where somebody else has it then.

A trial that is changed comes from `trial_to_change`, with its lead and units locked.
"""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.leads.models import EventKind
from app.trials.changes import Before, keep_change
from app.trials.consequences import follow_days, follow_reservation
from app.trials.days import DaysTaken, take_days
from app.trials.free_units import free_units
from app.trials.models import Trial
from app.trials.moves import HAS_DAYS_AHEAD, Move, go, refuse_outside, refuse_unless
from app.trials.queries import borrower_of
from app.trials.refusals import (
    none_free,
    refuse_ahead,
    refuse_days,
    refuse_not_to_lend,
    refuse_other_model,
    refuse_over,
    refuse_unchecked,
    unit_taken,
)
from app.trials.unit_states import KEPT, settle_unit
from app.trials.units import DeviceUnit


def reserve(
    trial: Trial,
    starts_on: date,
    ends_on: date,
    actor: User | None,
    now: datetime,
    *,
    unit: DeviceUnit | None = None,
) -> None:
    """Keep a unit for these days and the pause after: the one named, else the free one that has rested longest.

    The first day may have been; the last may not.
    """
    refuse_unless(trial, Move.RESERVE)
    _refuse_closed(trial)
    today = local_day(now)
    refuse_days(starts_on, ends_on)
    refuse_over(ends_on, today)
    before = Before.of(trial)
    unit = unit or _any_free(trial, starts_on, ends_on, today)
    _take(trial, unit, starts_on, ends_on, today)
    go(trial, Move.RESERVE, now)
    settle_unit(unit, actor, now, trial=trial)
    keep_change(trial, EventKind.TRIAL_RESERVED, actor, now, before=before)
    follow_reservation(trial, actor, now)


def _refuse_closed(trial: Trial) -> None:
    if trial.lead is not None and not trial.lead.is_open:
        raise RuleBroken(_l("Affären är avslutad. Öppna den igen för att låna ut en enhet."))


def _any_free(trial: Trial, starts_on: date, ends_on: date, today: date) -> DeviceUnit:
    free = free_units(trial.model, starts_on, ends_on, today)
    if not free:
        raise none_free(trial, starts_on, ends_on)
    return free[0]


def _take(trial: Trial, unit: DeviceUnit, starts_on: date, ends_on: date, today: date) -> None:
    """Give the loan that unit on those days, where nobody else has it; the key of the days is the last to say no."""
    refuse_other_model(trial, unit)
    refuse_not_to_lend(unit)
    if unit not in free_units(trial.model, starts_on, ends_on, today, but=trial):
        raise unit_taken(trial, unit, starts_on, ends_on, today)
    try:
        take_days(trial, unit, starts_on, ends_on)
    except DaysTaken:
        raise unit_taken(trial, unit, starts_on, ends_on, today) from None
    if (trial.starts_on, trial.ends_on) != (starts_on, ends_on):
        trial.version += 1
    trial.unit, trial.starts_on, trial.ends_on = unit, starts_on, ends_on


def change_days(
    trial: Trial, starts_on: date, ends_on: date, actor: User | None, now: datetime, why: str | None = None
) -> None:
    """Other days for the same unit; those it has already change nothing.

    Before it is out the last day cannot have been. Once it is out the first day cannot lie ahead, and a later end asks
    for a reason: that is an extension, and whoever was to decide tries on.
    """
    refuse_outside(trial, HAS_DAYS_AHEAD)
    if (starts_on, ends_on) == (trial.starts_on, trial.ends_on) or trial.unit is None or trial.ends_on is None:
        return
    today = local_day(now)
    refuse_days(starts_on, ends_on)
    is_extended = trial.is_with_borrower and ends_on > trial.ends_on
    if trial.is_with_borrower:
        refuse_ahead(starts_on, today)
    else:
        refuse_over(ends_on, today)
    if is_extended and not (why or "").strip():
        raise RuleBroken(_l("Skriv varför provperioden förlängs."))
    before = Before.of(trial)
    _take(trial, trial.unit, starts_on, ends_on, today)
    if is_extended:
        go(trial, Move.EXTEND, now)
        if trial.lead is None or trial.lead.is_walking:
            trial.decision = None  # else it is what let the lead be closed
    keep_change(trial, EventKind.TRIAL_MOVED, actor, now, before=before, why=why)
    follow_days(trial)


def change_unit(trial: Trial, unit: DeviceUnit, actor: User | None, now: datetime) -> None:
    """Keep another unit for the same days. The one it has already changes nothing; refused once it is handed over."""
    refuse_outside(trial, KEPT)
    former, starts_on, ends_on = trial.unit, trial.starts_on, trial.ends_on
    if unit is former or starts_on is None or ends_on is None:
        return
    before = Before.of(trial)
    _take(trial, unit, starts_on, ends_on, local_day(now))
    _settle_both(trial, former, actor, now)
    keep_change(trial, EventKind.TRIAL_MOVED, actor, now, before=before)


def keep_any_other(trial: Trial, actor: User | None, now: datetime) -> bool:
    """Keep the free unit that has rested longest in place of the one it has; False, and no change, where none is."""
    if trial.starts_on is None or trial.ends_on is None:
        return False
    free = free_units(trial.model, trial.starts_on, trial.ends_on, local_day(now), but=trial)
    others = [unit for unit in free if unit is not trial.unit]
    if others:
        change_unit(trial, others[0], actor, now)
    return bool(others)


def _settle_both(trial: Trial, former: DeviceUnit | None, actor: User | None, now: datetime) -> None:
    for unit in (former, trial.unit):
        if unit is not None:
            settle_unit(unit, actor, now, trial=trial)


def hand_over(
    trial: Trial, unit: DeviceUnit, on: date, actor: User | None, now: datetime, *, ends_on: date | None = None
) -> None:
    """The unit is with the borrower since that day, today or earlier; the loan stays as long as it was agreed, or until
    `ends_on`.

    Another unit than the one kept takes its place. Refused while it is with somebody else, or not looked over.
    """
    refuse_unless(trial, Move.HAND_OVER)
    if trial.starts_on is None or trial.ends_on is None:
        raise ValueError("a loan that is agreed has days")
    today = local_day(now)
    refuse_ahead(on, today)
    ends_on = ends_on or on + (trial.ends_on - trial.starts_on)
    refuse_days(on, ends_on)
    if borrower_of(unit) is not None:
        raise unit_taken(trial, unit, on, ends_on, today)
    refuse_unchecked(unit)
    before, former = Before.of(trial), trial.unit
    _take(trial, unit, on, ends_on, today)
    _go_out(trial, unit, today, now)
    _settle_both(trial, former, actor, now)
    keep_change(trial, EventKind.TRIAL_HANDED_OVER, actor, now, before=before)
    follow_days(trial)


def _go_out(trial: Trial, unit: DeviceUnit, today: date, now: datetime) -> None:
    on, ends_on = trial.starts_on or today, trial.ends_on or today
    try:
        with db.session.begin_nested():
            go(trial, Move.HAND_OVER, now)
            trial.handed_over_at = now
    except IntegrityError:  # the index of one borrower said no
        raise unit_taken(trial, unit, on, ends_on, today) from None
