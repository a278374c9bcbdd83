"""The pages about the models of devices that are lent."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import owner_only
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.trials import model_services
from app.trials.model_forms import ModelForm, with_accessories_rearranged
from app.trials.model_queries import every_model, model_to_change, units_to_lend, used_models
from app.trials.units import DeviceModel
from app.trials.views import bp


@bp.get("/trials/models")
def models() -> str:
    return render_template("trials/models.html", models=every_model(), units=units_to_lend(), used=used_models())


@bp.route("/trials/models/add", methods=["GET", "POST"])
@owner_only
def add_model() -> ResponseReturnValue:
    if request.method == "GET":
        return _editor(ModelForm())
    if "act" in request.form:
        return _editor(ModelForm(with_accessories_rearranged(request.form, request.form["act"])))
    form = ModelForm()
    if not form.validate():
        return _editor(form), 422
    try:
        with writing():
            model_services.add_model(form.model_facts(), form.model_accessories())
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Modellen är sparad. Besökare ser den när du erbjuder den."))
    return redirect(url_for("trials.models"), 303)


@bp.route("/trials/models/<int:model_id>", methods=["GET", "POST"])
@owner_only
def edit_model(model_id: int) -> ResponseReturnValue:
    model = db.session.get(DeviceModel, model_id) or abort(404)
    if request.method == "GET":
        return _editor(ModelForm.showing(model), model)
    if "act" in request.form:
        return _editor(ModelForm(with_accessories_rearranged(request.form, request.form["act"])), model)
    form = ModelForm()
    if not form.validate():
        return _editor(form, model), 422
    try:
        with writing():
            model_services.change_model(_model(model_id), form.model_facts(), form.model_accessories())
    except RuleBroken as refusal:
        return _editor(form, model, refusal=refusal.sentence), 409
    toast(_("Modellen är sparad."))
    return redirect(url_for("trials.models"), 303)


def _editor(form: ModelForm, model: DeviceModel | None = None, **more: Any) -> str:
    return render_template(
        "trials/edit_model.html", form=form, model=model, most_accessories=model_services.MOST_ACCESSORIES, **more
    )


@bp.post("/trials/models/<int:model_id>/offer")
@owner_only
def offer_model(model_id: int) -> ResponseReturnValue:
    with writing():
        model_services.offer(_model(model_id))
    toast(_("Nu kan besökare be att få prova."), undo=url_for("trials.withhold_model", model_id=model_id))
    return redirect(url_for("trials.models"), 303)


@bp.post("/trials/models/<int:model_id>/withhold")
@owner_only
def withhold_model(model_id: int) -> ResponseReturnValue:
    with writing():
        model_services.withhold(_model(model_id))
    toast(
        _("Ingen ny kan be att få prova. De provperioder som pågår fortsätter."),
        undo=url_for("trials.offer_model", model_id=model_id),
    )
    return redirect(url_for("trials.models"), 303)


@bp.post("/trials/models/<int:model_id>/remove")
@owner_only
def remove_model(model_id: int) -> ResponseReturnValue:
    with writing():
        model_services.remove_model(_model(model_id))
    toast(_("Modellen är borttagen."))
    return redirect(url_for("trials.models"), 303)


def _model(model_id: int) -> DeviceModel:
    return model_to_change(model_id) or abort(404)
