"""The money of a trial, noted and no more: what was paid as a deposit, and what was agreed."""

from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.errors import RuleBroken
from app.trials.models import Trial


def note_money(
    trial: Trial,
    *,
    deposit_ore: int,
    deposit_in_on: date | None,
    deposit_out_on: date | None,
    price_ore: int,
    commission_note: str | None,
) -> None:
    """Keep what was paid and agreed. A deposit is not paid back before it was paid."""
    if deposit_out_on and (deposit_in_on is None or deposit_out_on < deposit_in_on):
        raise RuleBroken(_l("Depositionen kan inte vara återbetald innan den är betald."))
    trial.deposit_ore, trial.price_ore = deposit_ore, price_ore
    trial.deposit_in_on, trial.deposit_out_on = deposit_in_on, deposit_out_on
    trial.commission_note = commission_note or None


def note_deposit_paid(trial: Trial, deposit_ore: int, on: date | None) -> None:
    """Keep how large the deposit is and, where it is paid, since when. What has been noted as paid stays so."""
    trial.deposit_ore = deposit_ore
    trial.deposit_in_on = trial.deposit_in_on or on


def note_deposit_back(trial: Trial, on: date) -> None:
    """The deposit has been paid back."""
    trial.deposit_out_on = on
