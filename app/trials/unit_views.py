"""The pages about units: which there are, and where each is."""

from collections import Counter

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.core.routes import row_number
from app.core.toasts import toast
from app.trials import unit_services, unit_states
from app.trials.labels import UNIT_COLOURS, UNIT_ICONS
from app.trials.model_queries import every_model
from app.trials.queries import unit_called, unit_to_change
from app.trials.unit_forms import UnitForm, WhyForm
from app.trials.unit_pages import is_late, line_words, next_words, unit_page, where_words
from app.trials.unit_queries import every_unit, lines_of
from app.trials.units import DeviceUnit, UnitState
from app.trials.views import bp


@bp.app_template_global()
def unit_colour(state: UnitState) -> str:
    """The chip that a unit's state is shown as."""
    return UNIT_COLOURS[state]


@bp.app_template_global()
def unit_icon(state: UnitState) -> str:
    """The icon of a unit's state."""
    return UNIT_ICONS[state]


@bp.get("/trials/units")
def units() -> str:
    """All units but those that are sold, or the ones in a state or of a model."""
    state = request.args.get("state", type=UnitState)
    model_id = request.args.get("model", type=row_number)
    every, today = every_unit(), local_day(now())
    of_model = [unit for unit in every if model_id in (None, unit.model_id)]
    in_state = [unit for unit in every if unit.state == state or (state is None and unit.state is not UnitState.SOLD)]
    return render_template(
        "trials/units.html",
        lines=lines_of([unit for unit in in_state if model_id in (None, unit.model_id)], today),
        today=today,
        models=every_model(),
        states=UnitState,
        state=state,
        model_id=model_id,
        state_counts=Counter(unit.state for unit in of_model),
        model_counts=Counter(unit.model_id for unit in in_state),
        has_units=bool(every),
        line_words=line_words,
        is_late=is_late,
    )


@bp.route("/trials/units/add", methods=["GET", "POST"])
def add_unit() -> ResponseReturnValue:
    form = UnitForm()
    if form.validate_on_submit():
        try:
            with writing():
                unit = unit_services.add_unit(form.unit_facts(), signed_in(), now())
        except RuleBroken as refusal:
            form.serial.errors = [refusal.sentence]
        else:
            toast(_("Enheten är tillagd."))
            return _back_to(unit)
    return render_template("trials/add_unit.html", form=form), 422 if form.errors else 200


@bp.get("/trials/units/<serial>")
def unit(serial: str) -> str:
    return _page(serial, WhyForm())


def _page(serial: str, why_form: WhyForm) -> str:
    unit = unit_called(serial) or abort(404)
    page = unit_page(unit, local_day(now()))
    return render_template(
        "trials/unit.html", page=page, where=where_words(page), next_words=next_words(page), why_form=why_form
    )


@bp.route("/trials/units/<serial>/edit", methods=["GET", "POST"])
def edit_unit(serial: str) -> ResponseReturnValue:
    unit = unit_called(serial) or abort(404)
    form = UnitForm() if request.method == "POST" else UnitForm.showing(unit)
    if form.validate_on_submit():
        try:
            with writing():
                unit_services.change_unit_facts(_unit(serial), form.unit_facts(), signed_in(), now())
        except RuleBroken as refusal:
            form.form_errors = [refusal.sentence]
        else:
            toast(_("Enheten är ändrad."))
            return _back_to(unit)
    return render_template("trials/edit_unit.html", form=form, unit=unit), 422 if form.errors else 200


@bp.post("/trials/units/<serial>/service")
def send_to_service(serial: str) -> ResponseReturnValue:
    form = WhyForm()
    if not form.validate():
        return _page(serial, form), 422
    with writing():
        unit = _unit(serial)
        unit_states.send_to_service(unit, form.why.data or "", signed_in(), now())
    toast(_("Enheten är på service. Ingen kan låna den så länge."))
    return _back_to(unit)


@bp.post("/trials/units/<serial>/back")
def unit_back(serial: str) -> ResponseReturnValue:
    with writing():
        unit = _unit(serial)
        unit_states.back_from_service(unit, signed_in(), now())
    toast(_("Enheten är tillbaka från service."))
    return _back_to(unit)


@bp.post("/trials/units/<serial>/found")
def unit_found(serial: str) -> ResponseReturnValue:
    with writing():
        unit = _unit(serial)
        unit_states.found(unit, signed_in(), now())
    toast(_("Enheten är här igen. Kontrollera den, så kan den lånas ut."))
    return _back_to(unit)


@bp.post("/trials/units/<serial>/checked")
def unit_checked(serial: str) -> ResponseReturnValue:
    with writing():
        unit = _unit(serial)
        unit_states.check_unit(unit, signed_in(), now())
    toast(_("Enheten är kontrollerad och kan lånas ut."))
    return _back_to(unit)


def _unit(serial: str) -> DeviceUnit:
    return unit_to_change(serial) or abort(404)


def _back_to(unit: DeviceUnit) -> ResponseReturnValue:
    return redirect(url_for("trials.unit", serial=unit.serial), 303)
