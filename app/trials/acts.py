"""Pages with one form that changes a trial: shown, filled in, done, and back to the trial."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.trials.desk_forms import ActForm
from app.trials.models import Trial, TrialState
from app.trials.moves import refuse_outside
from app.trials.queries import trial_to_change, trial_with_all
from app.trials.refusals import UnitTaken

AnyForm = TypeVar("AnyForm", bound=ActForm)


@dataclass(frozen=True, slots=True)
class Act:
    """What a page does to a trial, in words."""

    title: Any
    explains: Any
    """What it means for the trial, the unit and the lead."""
    button: Any
    icon: str
    done: Any
    """What is said when it is done."""
    states: tuple[TrialState, ...] = tuple(TrialState)
    """Where it can be done; a trial that stands elsewhere refuses the page."""
    template: str = "trials/act.html"


def act_on(
    trial_id: int, act: Act, make_form: Callable[[Trial], AnyForm], do: Callable[[Trial, AnyForm], object]
) -> ResponseReturnValue:
    """Show the page of an act, or do it. What was refused is shown again with everything that was typed.

    The button `look` does nothing but show the page anew, by what is filled in.
    """
    trial = trial_with_all(trial_id) or abort(404)
    refuse_outside(trial, act.states)
    form = make_form(trial)
    if request.method == "GET":
        return _page(trial, act, form)
    if not form.validate():
        return _page(trial, act, form), 422
    if "look" in request.form:
        return _page(trial, act, form)
    try:
        with writing():
            do(trial_to_change(trial_id, *form.unit_ids) or abort(404), form)
    except RuleBroken as refusal:
        form.take_refusal(refusal)
        return _page(trial, act, form), 409 if isinstance(refusal, UnitTaken) else 422
    toast(act.done)
    return back_to(trial_id)


def _page(trial: Trial, act: Act, form: ActForm) -> str:
    return render_template(act.template, trial=trial, act=act, form=form, back=_back_address(trial.id))


def back_to(trial_id: int) -> ResponseReturnValue:
    """The trial's page, or Today or the calendar of units where one came from."""
    return redirect(_back_address(trial_id), 303)


def _back_address(trial_id: int) -> str:
    match request.values.get("back"):
        case "today":
            return url_for("home.today")
        case "calendar":
            return url_for("trials.calendar", on=request.args.get("on"), model=request.args.get("model"))
        case _:
            return url_for("trials.detail", trial_id=trial_id)
