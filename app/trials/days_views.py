"""Which days a trial has, and which unit: kept for it, changed, made longer."""

from collections.abc import Sequence
from datetime import date

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import db
from app.core.language import local_day
from app.trials import lending
from app.trials.acts import Act, act_on
from app.trials.desk_forms import YEARS, ChangeDaysForm, ExtendForm, ReserveForm, UnitForm
from app.trials.free_units import free_units
from app.trials.models import Trial
from app.trials.moves import HAS_DAYS_AHEAD, MOVES, Move
from app.trials.unit_states import KEPT
from app.trials.units import DeviceUnit
from app.trials.views import bp

RESERVE = Act(
    _l("Reservera en enhet"),
    _l("Enheten är undanlagd de dagarna, och vilar efteråt. Vilken som lämnas ut går att ändra ända till utlämningen."),
    _l("Reservera"),
    "calendar-event",
    _l("Enheten är reserverad."),
    MOVES[Move.RESERVE].starts,
    "trials/reserve.html",
)
CHANGE_DAYS = Act(
    _l("Ändra dagarna"),
    _l("Det som är planerat runt provperioden flyttar med."),
    _l("Spara dagarna"),
    "calendar-event",
    _l("Dagarna är ändrade."),
    HAS_DAYS_AHEAD,
)
EXTEND = Act(
    _l("Förläng provperioden"),
    _l("Det som är planerat runt provperioden flyttar med."),
    _l("Förläng"),
    "calendar-event",
    _l("Provperioden är förlängd."),
    MOVES[Move.EXTEND].starts,
)
CHANGE_UNIT = Act(
    _l("Byt enhet"),
    _l("Den nya enheten är undanlagd för samma dagar. Den förra blir ledig."),
    _l("Byt enhet"),
    "refresh",
    _l("Enheten är bytt."),
    KEPT,
    "trials/change_unit.html",
)


@bp.route("/trials/<int:trial_id>/reserve", methods=["GET", "POST"])
def reserve(trial_id: int) -> ResponseReturnValue:
    """Days, and one of the units that are free then."""

    def make(trial: Trial) -> ReserveForm:
        form = ReserveForm.suggesting(trial, local_day(now()))
        first_on, last_on = (day.data or day.object_data for day in (form.starts_on, form.ends_on))
        form.offer(_free(trial, first_on, last_on))
        return form

    def do(trial: Trial, form: ReserveForm) -> None:
        unit = (db.session.get(DeviceUnit, form.unit.data) or abort(404)) if form.unit.data else None
        lending.reserve(trial, *form.days(), signed_in(), now(), unit=unit)

    return act_on(trial_id, RESERVE, make, do)


@bp.route("/trials/<int:trial_id>/days", methods=["GET", "POST"])
def change_days(trial_id: int) -> ResponseReturnValue:
    """Any other days, before the unit is handed over and after."""

    def do(trial: Trial, form: ChangeDaysForm) -> None:
        lending.change_days(trial, *form.days(), signed_in(), now(), form.why.data or None)

    return act_on(trial_id, CHANGE_DAYS, lambda trial: ChangeDaysForm(obj=trial), do)


@bp.route("/trials/<int:trial_id>/extend", methods=["GET", "POST"])
def extend(trial_id: int) -> ResponseReturnValue:
    """A later last day, with the reason for it."""

    def do(trial: Trial, form: ExtendForm) -> None:
        lending.change_days(trial, trial.starts_on or form.last_on(), form.last_on(), signed_in(), now(), form.why.data)

    return act_on(trial_id, EXTEND, lambda trial: ExtendForm.suggesting(trial, local_day(now())), do)


@bp.route("/trials/<int:trial_id>/unit", methods=["GET", "POST"])
def change_unit(trial_id: int) -> ResponseReturnValue:
    """Another of the units that are free on its days."""

    def make(trial: Trial) -> UnitForm:
        form = UnitForm()
        free = _free(trial, trial.starts_on, trial.ends_on)
        form.offer([unit for unit in free if unit.id != trial.unit_id])
        return form

    def do(trial: Trial, form: UnitForm) -> None:
        unit = db.session.get(DeviceUnit, form.unit.data) or abort(404)
        lending.change_unit(trial, unit, signed_in(), now())

    return act_on(trial_id, CHANGE_UNIT, make, do)


def _free(trial: Trial, starts_on: date | None, ends_on: date | None) -> Sequence[DeviceUnit]:
    if starts_on is None or ends_on is None or ends_on < starts_on or ends_on.year not in YEARS:
        return []
    return free_units(trial.model, starts_on, ends_on, local_day(now()), but=trial)
