"""What cannot be done with a loan or a unit, in words."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import RuleBroken
from app.core.filters import day_of_month
from app.core.labels import label
from app.trials.days import last_day_taken
from app.trials.free_units import NOT_TO_LEND, free_units, taken_by
from app.trials.models import Trial
from app.trials.queries import borrower_of
from app.trials.units import DeviceUnit, UnitState

LONGEST = timedelta(days=365)


class UnitTaken(RuleBroken):
    """Somebody else has the unit on one of the days, or every unit is taken; `free` are those that could go instead."""

    def __init__(self, sentence: str, free: Sequence[DeviceUnit]) -> None:
        super().__init__(sentence)
        self.free = list(free)


def unit_taken(trial: Trial, unit: DeviceUnit, starts_on: date, ends_on: date, today: date) -> UnitTaken:
    """Who has the unit until when, and which units are free those days."""
    free = free_units(trial.model, starts_on, ends_on, today, but=trial)
    last_on = last_day_taken(ends_on, unit.model.pause_days)
    other = borrower_of(unit)
    if other is None or other.id == trial.id:
        other = taken_by(unit, starts_on, last_on, but=trial)
    return UnitTaken(f"{_who_has(unit, other)} {_free_words(free)}", free)


def none_free(trial: Trial, starts_on: date, ends_on: date) -> UnitTaken:
    """Every unit of the model is taken on some of the days."""
    days = {"first": day_of_month(starts_on), "last": day_of_month(ends_on), "model": trial.model.name}
    sentence: str = _("Ingen %(model)s är ledig hela tiden %(first)s–%(last)s. Välj andra dagar.", **days)
    return UnitTaken(sentence, [])


def _who_has(unit: DeviceUnit, other: Trial | None) -> str:
    words: str
    if other is None or other.starts_on is None or other.ends_on is None:
        words = _("%(serial)s är upptagen de dagarna.", serial=unit.serial)
    elif other.is_with_borrower:
        words = _("%(serial)s är utlånad till %(day)s.", serial=unit.serial, day=day_of_month(other.ends_on))
    else:
        days = {"first": day_of_month(other.starts_on), "last": day_of_month(other.ends_on)}
        words = _("%(serial)s är upptagen %(first)s–%(last)s.", serial=unit.serial, **days)
    return words


def _free_words(free: Sequence[DeviceUnit]) -> str:
    words: str = _("Ingen annan är ledig de dagarna.")
    if free:
        words = _("Lediga: %(serials)s.", serials=", ".join(unit.serial for unit in free))
    return words


def refuse_days(starts_on: date, ends_on: date) -> None:
    """Days that are no loan: turned around, or so many that somebody must have mistyped the year."""
    if ends_on < starts_on:
        raise RuleBroken(_l("Sista dagen kan inte ligga före den första."))
    if ends_on - starts_on > LONGEST:
        raise RuleBroken(_l("En provperiod kan vara högst ett år. Kontrollera dagarna."))


def refuse_ahead(on: date, today: date) -> None:
    """What has happened has not happened tomorrow."""
    if on > today:
        raise RuleBroken(_l("Dagen har inte varit än. Välj i dag eller en tidigare dag."))


def refuse_over(ends_on: date, today: date) -> None:
    """A loan that is only planned does not lie in the past."""
    if ends_on < today:
        raise RuleBroken(_l("Sista dagen har redan varit. Välj en senare."))


def refuse_not_to_lend(unit: DeviceUnit) -> None:
    """A unit that is with nobody and still cannot be lent."""
    if unit.state in NOT_TO_LEND:
        state = label(unit.state).lower()
        raise RuleBroken(_l("%(serial)s är %(state)s. Välj en annan enhet.", serial=unit.serial, state=state))


def refuse_unchecked(unit: DeviceUnit) -> None:
    """What has come back is looked over before it goes out again."""
    if unit.state is UnitState.BACK_UNCHECKED:
        raise RuleBroken(_l("%(serial)s är tillbaka men inte kontrollerad. Kontrollera den först.", serial=unit.serial))


def refuse_other_model(trial: Trial, unit: DeviceUnit) -> None:
    """A loan is of the model that was asked for."""
    if unit.model_id != trial.model_id:
        words = {"serial": unit.serial, "model": trial.model.name}
        raise RuleBroken(_l("%(serial)s är ingen %(model)s. Välj en annan enhet.", **words))
