"""Who has which unit until when, and another last day for one of them."""

from datetime import date

from babel.dates import format_interval
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.sessions import signed_in
from app.consultations.calendar import FARTHEST
from app.core.clock import now
from app.core.filters import day, days_words
from app.core.language import current_language, local_day
from app.core.wall_clock import monday_of
from app.core.workdays import is_working_day
from app.trials import lending
from app.trials.acts import Act, act_on
from app.trials.days import A_DAY
from app.trials.free_units import taken_by
from app.trials.model_queries import every_model
from app.trials.models import Trial
from app.trials.moves import HAS_DAYS_AHEAD
from app.trials.unit_calendar import calendar_of_units
from app.trials.unit_calendar_days import A_WEEK, WEEKS, Sheet, sheet_with
from app.trials.unit_calendar_forms import EndForm
from app.trials.views import bp

MOVE_END = Act(
    _l("Ändra sista dagen"),
    _l("Det som är planerat runt provperioden flyttar med."),
    _l("Ändra sista dagen"),
    "calendar-check",
    _l("Sista dagen är ändrad."),
    HAS_DAYS_AHEAD,
)


@bp.get("/trials/calendar")
def calendar() -> ResponseReturnValue:
    """Six weeks of the units, of one model where it is named."""
    today = local_day(now())
    asked = request.args.get("on", type=date.fromisoformat)
    sheet = Sheet(monday_of(asked)) if asked and abs(asked - today) <= FARTHEST else sheet_with(today)
    models = every_model()
    model = next((each for each in models if each.slug == request.args.get("model")), None)
    return render_template(
        "trials/calendar.html",
        groups=calendar_of_units(sheet, today, model),
        models=models,
        model=model,
        sheet=sheet,
        weeks=[(monday.isocalendar().week, _months(monday, monday + 6 * A_DAY)) for monday in sheet.days[::7]],
        today=today,
        usual_on=sheet_with(today).first_on,
        earlier_on=sheet.first_on - WEEKS * A_WEEK,
        later_on=sheet.first_on + WEEKS * A_WEEK,
        days_words=days_words(sheet.first_on, sheet.last_on),
        is_working_day=is_working_day,
        origin={"back": "calendar", "on": sheet.first_on, "model": model.slug if model else None},
    )


def _months(first_on: date, last_on: date) -> str:
    return format_interval(first_on, last_on, "MMM", locale=current_language()).replace(".", "")


@bp.route("/trials/<int:trial_id>/end", methods=["GET", "POST"])
def move_end(trial_id: int) -> ResponseReturnValue:
    """Another last day for a loan. The calendar shows this form in a dialog, and sends it from there."""

    def do(trial: Trial, form: EndForm) -> None:
        ends_on = form.last_on()
        lending.change_days(trial, trial.starts_on or ends_on, ends_on, signed_in(), now(), form.reason())

    return act_on(trial_id, MOVE_END, lambda trial: EndForm(trial, _limit(trial)), do)


def _limit(trial: Trial) -> str:
    """Until when it can last, where somebody else is to have the unit after it."""
    other = trial.unit and trial.ends_on and taken_by(trial.unit, trial.ends_on + A_DAY, date.max, but=trial)
    if not other or other.starts_on is None:
        return ""
    pause = trial.model.pause_days
    words: str = _(
        "Den kan vara ute till %(last)s. Sedan vilar den %(pause)s, och från %(day)s ska %(name)s ha den.",
        last=day(other.starts_on - (1 + pause) * A_DAY),
        pause=ngettext("%(num)s dag", "%(num)s dagar", pause),
        day=day(other.starts_on),
        name=other.borrower_name,
    )
    return words
