"""How a loan ends: with a purchase or without, or before it began. Frees the days that are left of the unit, and says
what the lead is owed."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.leads.models import EventKind, LostReason
from app.trials.changes import Before, keep_change
from app.trials.consequences import (
    AFTER_ENDING,
    OTHER_UNIT,
    follow_days,
    follow_decision_day,
    follow_no,
    follow_purchase,
    owe_a_step,
)
from app.trials.days import release_days
from app.trials.lending import keep_any_other
from app.trials.models import Decision, Trial
from app.trials.moves import HAS_BEEN_OUT, Move, go, refuse_outside, refuse_unless
from app.trials.queries import borrower_of, waiting_for
from app.trials.refusals import refuse_ahead
from app.trials.unit_states import settle_unit
from app.trials.units import DeviceUnit, UnitState

GONE = (UnitState.SOLD, UnitState.LOST)


def decide(trial: Trial, decision: Decision, actor: User | None, now: datetime) -> None:
    """It has been said what becomes of the unit: from now on the lead can be closed. The same again changes nothing."""
    refuse_outside(trial, HAS_BEEN_OUT)
    if trial.decision is decision:
        return
    trial.decision = decision
    keep_change(trial, EventKind.TRIAL_DECIDED, actor, now, before=Before.of(trial))


def come_to_decision(trial: Trial, now: datetime) -> None:
    """The last day is here, or past, and the unit is with the borrower: now it is theirs to decide, and ours to ask."""
    before = Before.of(trial)
    go(trial, Move.DECIDE, now)
    keep_change(trial, None, None, now, before=before)
    follow_decision_day(trial, now)


@dataclass(frozen=True, slots=True)
class Sale:
    """What was agreed: on which day, for how many öre, and what somebody is to have for bringing it about."""

    sold_on: date
    price_ore: int
    commission_note: str | None = None


def buy_this(trial: Trial, sale: Sale, actor: User | None, now: datetime) -> None:
    """They keep the unit that they have tried: it is sold, the lead is won, and whoever waited for it gets another.

    Refused where it has come back and somebody else has it by now.
    """
    refuse_unless(trial, Move.BUY_THIS)
    unit = trial.unit
    if unit is None:
        raise ValueError("a loan that has been out has a unit")
    _refuse_with_another(trial, unit)
    _sell(trial, Decision.BUYS_THIS, sale, now)
    _end(trial, Move.BUY_THIS, actor, now, said=UnitState.SOLD)
    give_others(unit, actor, now)
    follow_purchase(trial, actor, now)


def _refuse_with_another(trial: Trial, unit: DeviceUnit) -> None:
    other = borrower_of(unit)
    if other is not None and other.id != trial.id:
        raise RuleBroken(_l("%(serial)s är utlånad till någon annan nu. Sälj en ny i stället.", serial=unit.serial))
    if unit.state in GONE:
        raise RuleBroken(_l("%(serial)s finns inte kvar. Sälj en ny i stället.", serial=unit.serial))


def buy_new(
    trial: Trial,
    sale: Sale,
    actor: User | None,
    now: datetime,
    *,
    new_unit: DeviceUnit | None = None,
) -> None:
    """They buy another one, ours (`new_unit`, locked with the trial) or one that we have no number of. The lead is won.

    Refused where that one is not free.
    """
    refuse_unless(trial, Move.BUY_NEW)
    if new_unit is not None and new_unit.state is not UnitState.FREE:
        raise RuleBroken(_l("%(serial)s är inte ledig. Välj en annan enhet.", serial=new_unit.serial))
    _sell(trial, Decision.BUYS_NEW, sale, now)
    trial.new_unit = new_unit
    _end(trial, Move.BUY_NEW, actor, now)
    if new_unit is not None:
        settle_unit(new_unit, actor, now, said=UnitState.SOLD, trial=trial)
    follow_purchase(trial, actor, now)


def _sell(trial: Trial, decision: Decision, sale: Sale, now: datetime) -> None:
    refuse_ahead(sale.sold_on, local_day(now))
    if trial.starts_on is not None and sale.sold_on < trial.starts_on:
        raise RuleBroken(_l("Den kan inte ha sålts innan den lämnades ut. Välj en senare dag."))
    if sale.price_ore < 0:
        raise RuleBroken(_l("Priset kan inte vara mindre än noll."))
    trial.decision, trial.sold_on, trial.price_ore = decision, sale.sold_on, sale.price_ore
    trial.commission_note = sale.commission_note


def not_buy(trial: Trial, lost_reason: LostReason | None, actor: User | None, now: datetime) -> None:
    """It is back and looked over, and they do not buy: the lead is lost for that reason. Refused without one."""
    refuse_unless(trial, Move.NOT_BUY)
    if lost_reason is None:
        raise RuleBroken(_l("Välj en anledning till att de inte köper."))
    settle_unsold(trial, lost_reason, actor, now)
    follow_no(trial, lost_reason, actor, now)


def settle_unsold(trial: Trial, lost_reason: LostReason | None, actor: User | None, now: datetime) -> None:
    """Settle it as not bought. The caller sees to where the lead goes."""
    trial.lost_reason = lost_reason
    trial.decision = Decision.RETURNS
    _end(trial, Move.NOT_BUY, actor, now)


def lose(trial: Trial, actor: User | None, now: datetime, why: str) -> None:
    """The unit will not come back: whoever waited for it gets another. Refused without a reason."""
    refuse_unless(trial, Move.LOSE)
    if not why.strip():
        raise RuleBroken(_l("Skriv vad som har hänt med enheten."))
    unit = trial.unit
    _end(trial, Move.LOSE, actor, now, why=why, said=UnitState.LOST)
    if unit is not None:
        give_others(unit, actor, now)
    owe_a_step(trial, AFTER_ENDING, now)


def cancel(trial: Trial, actor: User | None, now: datetime, why: str | None = None) -> None:
    """It comes to nothing before it has begun; its unit is free again, and the lead is to be asked how to go on."""
    call_off(trial, actor, now, why)
    owe_a_step(trial, AFTER_ENDING, now)


def call_off(trial: Trial, actor: User | None, now: datetime, why: str | None = None) -> None:
    """Settle it as cancelled, and free its unit. The caller sees to what the lead is owed then."""
    _end(trial, Move.CANCEL, actor, now, why=why)


def decline(trial: Trial, actor: User | None, now: datetime, why: str | None = None) -> None:
    """To try is not for them; the lead is to be told, and asked how to go on."""
    _end(trial, Move.DECLINE, actor, now, why=why)
    owe_a_step(trial, AFTER_ENDING, now)


def _end(
    trial: Trial,
    move: Move,
    actor: User | None,
    now: datetime,
    *,
    why: str | None = None,
    said: UnitState | None = None,
) -> None:
    """Settle it, free what is left of its days, and say so. The caller sees to what the lead is owed then."""
    before = Before.of(trial)
    go(trial, move, now)
    release_days(trial, local_day(now) if trial.handed_over_at else None)
    if trial.unit is not None:
        settle_unit(trial.unit, actor, now, said=said, trial=trial)
    keep_change(trial, EventKind.TRIAL_ENDED, actor, now, before=before, why=why)
    follow_days(trial)


def give_others(unit: DeviceUnit, actor: User | None, now: datetime) -> None:
    """Whoever waits for a unit that nobody can have any more gets another one for the same days.

    Where none is free, whoever cares for that trial is to choose other days.
    """
    for waiting in waiting_for(unit):
        if not keep_any_other(waiting, actor, now):
            owe_a_step(waiting, OTHER_UNIT, now)
