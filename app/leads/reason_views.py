"""What changes the reasons why leads are lost; they stand on the page of the stages."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import owner_only
from app.core.clock import now
from app.core.db import db, writing
from app.core.edit_forms import mark_of
from app.core.errors import RuleBroken
from app.core.labels import name_here
from app.core.toasts import toast
from app.core.ways_back import way_back, what_was
from app.leads import reason_editing
from app.leads.models import LostReason
from app.leads.owned_lists import Direction
from app.leads.stage_forms import ReasonForm
from app.leads.views import bp


@bp.route("/lost-reasons/add", methods=["GET", "POST"])
@owner_only
def add_reason() -> ResponseReturnValue:
    form = ReasonForm()
    if request.method == "GET":
        return _editor(form)
    if not form.validate():
        return _editor(form), 422
    try:
        with writing():
            reason = reason_editing.add_reason(form.names())
            db.session.flush()
            undo = url_for("leads.put_reason_away", reason_id=reason.id)
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Anledningen %(name)s är tillagd.", name=form.name_sv.data), undo=undo)
    return _back()


@bp.route("/lost-reasons/<int:reason_id>", methods=["GET", "POST"])
@owner_only
def edit_reason(reason_id: int) -> ResponseReturnValue:
    reason = _reason(reason_id)
    if request.method == "GET":
        return _editor(ReasonForm(formdata=None, obj=reason, seen=mark_of(reason.name_sv, reason.name_en)), reason)
    form = ReasonForm()
    if not form.validate():
        return _editor(form, reason), 422
    try:
        with writing():
            before = reason_editing.rename_reason(reason_id, form.names(), form.seen.data or "")
    except RuleBroken as refusal:
        reason = _reason(reason_id)
        form.seen.data = mark_of(reason.name_sv, reason.name_en)
        return _editor(form, reason, refusal=refusal.sentence), 409
    was = way_back(_change_of(reason_id), [before, mark_of(*form.names())], now())
    toast(_("Anledningen är sparad."), undo=url_for("leads.rename_reason_back", reason_id=reason_id, was=was))
    return _back()


@bp.post("/lost-reasons/<int:reason_id>/rename-back")
@owner_only
def rename_reason_back(reason_id: int) -> ResponseReturnValue:
    """Called as it was before the change that the address carries."""
    _reason(reason_id)
    names, mark = what_was(_change_of(reason_id), request.args.get("was", ""), now())
    with writing():
        reason_editing.rename_reason(reason_id, tuple(names), mark)
    toast(_("Ångrat. Anledningen heter som förut."))
    return _back()


@bp.post("/lost-reasons/<int:reason_id>/step")
@owner_only
def step_reason(reason_id: int) -> ResponseReturnValue:
    """One place `by` up or down."""
    name, way = name_here(_reason(reason_id)), request.values.get("by", type=Direction) or abort(400)
    with writing():
        reason_editing.step_reason(reason_id, way)
    undo = url_for("leads.step_reason", reason_id=reason_id, by=way.back)
    toast(_("%(name)s är flyttad.", name=name), undo=undo)
    return _back(f"reason-{reason_id}")


@bp.post("/lost-reasons/<int:reason_id>/put-away")
@owner_only
def put_reason_away(reason_id: int) -> ResponseReturnValue:
    name = name_here(_reason(reason_id))
    with writing():
        reason_editing.put_reason_away(reason_id)
    undo = url_for("leads.bring_reason_back", reason_id=reason_id)
    toast(_("%(name)s går inte längre att välja.", name=name), undo=undo)
    return _back()


@bp.post("/lost-reasons/<int:reason_id>/bring-back")
@owner_only
def bring_reason_back(reason_id: int) -> ResponseReturnValue:
    name = name_here(_reason(reason_id))
    with writing():
        reason_editing.bring_reason_back(reason_id)
    undo = url_for("leads.put_reason_away", reason_id=reason_id)
    toast(_("%(name)s går att välja igen.", name=name), undo=undo)
    return _back()


def _change_of(reason_id: int) -> str:
    return f"lost reason {reason_id}"


def _reason(reason_id: int) -> LostReason:
    return db.session.get(LostReason, reason_id) or abort(404)


def _back(anchor: str = "reasons") -> ResponseReturnValue:
    return redirect(url_for("leads.stages", _anchor=anchor), 303)


def _editor(form: ReasonForm, reason: LostReason | None = None, **more: Any) -> str:
    return render_template("leads/edit_reason.html", form=form, reason=reason, **more)
