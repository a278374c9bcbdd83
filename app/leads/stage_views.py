"""The owner's page about stages and lost reasons, and what changes the stages."""

from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.sessions import signed_in
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.labels import name_here
from app.core.routes import row_number
from app.core.toasts import toast
from app.core.ways_back import way_back, what_was
from app.leads import putting_away, stage_editing
from app.leads.filters import stage_asked
from app.leads.models import LeadStage
from app.leads.own_stages import every_stage, facts_of, first_stage, stage_called
from app.leads.owned_lists import Direction
from app.leads.reason_editing import every_reason, leads_by_reason
from app.leads.stage_forms import FACT_WORDS, PutAwayForm, StageForm
from app.leads.stages import WALK
from app.leads.views import bp

PAGE = "leads.stages"


@bp.get("/stages/")
@owner_only
def stages() -> ResponseReturnValue:
    every = every_stage()
    return render_template(
        "leads/stages.html",
        walk=[own for own in every if own.is_active and own.meaning in WALK],
        ends=[own for own in every if own.is_active and own.meaning not in WALK],
        put_away=[own for own in every if not own.is_active],
        wanted={own.id: [FACT_WORDS[fact] for fact in facts_of(own)] for own in every},
        counts=stage_editing.leads_by_stage(),
        asked={own.id: stage_asked(own) for own in every},
        reasons=every_reason(),
        reason_counts=leads_by_reason(),
    )


@bp.route("/stages/add", methods=["GET", "POST"])
@owner_only
def add_stage() -> ResponseReturnValue:
    form = StageForm.about(None)
    if request.method == "GET":
        return _editor(form)
    if not form.validate():
        return _editor(form), 422
    try:
        with writing():
            own = stage_editing.add_stage(form.meaning.data, form.said())
            undo = url_for("leads.put_stage_away", stage_id=own.id)
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Steget %(name)s är tillagt.", name=form.name_sv.data), undo=undo)
    return redirect(url_for(PAGE), 303)


@bp.route("/stages/<int:stage_id>", methods=["GET", "POST"])
@owner_only
def edit_stage(stage_id: int) -> ResponseReturnValue:
    own = _stage(stage_id)
    if request.method == "GET":
        return _editor(StageForm.showing(own), own)
    form = StageForm.about(own)
    if not form.validate():
        return _editor(form, own), 422
    try:
        with writing():
            before = stage_editing.change_stage(stage_id, form.said(), form.seen.data or "")
    except stage_editing.ChangedMeanwhile as refusal:
        form.seen.data = refusal.now.mark
        return _editor(form, own, refusal=refusal.sentence, meanwhile=refusal.now), 409
    except RuleBroken as refusal:
        return _editor(form, own, refusal=refusal.sentence), 409
    was = way_back(_change_of(stage_id), [before.as_words(), form.said().mark], now())
    toast(_("Steget är sparat."), undo=url_for("leads.change_stage_back", stage_id=stage_id, was=was))
    return redirect(url_for(PAGE), 303)


@bp.post("/stages/<int:stage_id>/change-back")
@owner_only
def change_stage_back(stage_id: int) -> ResponseReturnValue:
    """As it was before the change that the address carries."""
    _stage(stage_id)
    before, mark = what_was(_change_of(stage_id), request.args.get("was", ""), now())
    with writing():
        stage_editing.change_back(stage_id, stage_editing.StageFacts.read(before), mark)
    toast(_("Ångrat. Steget är som förut."))
    return redirect(url_for(PAGE), 303)


@bp.post("/stages/<int:stage_id>/step")
@owner_only
def step_stage(stage_id: int) -> ResponseReturnValue:
    """One place `by` up or down."""
    own, way = _stage(stage_id), request.values.get("by", type=Direction) or abort(400)
    with writing():
        stage_editing.step_stage(stage_id, way)
    toast(
        _("%(name)s är flyttad.", name=name_here(own)),
        undo=url_for("leads.step_stage", stage_id=stage_id, by=way.back),
    )
    return redirect(url_for(PAGE, _anchor=f"stage-{stage_id}"), 303)


@bp.post("/stages/order")
@owner_only
def order_stages() -> ResponseReturnValue:
    """The walk as it was dragged into order."""
    ids = request.form.getlist("stage", type=row_number)
    with writing():
        before = stage_editing.place_stages(ids)
    toast(_("Ordningen är sparad."), undo=url_for("leads.reorder_stages", was=way_back("stage order", before, now())))
    return "", 204


@bp.post("/stages/order/undo")
@owner_only
def reorder_stages() -> ResponseReturnValue:
    """The walk in the order that it had."""
    before = what_was("stage order", request.args.get("was", ""), now())
    with writing():
        stage_editing.place_stages(before)
    toast(_("Ångrat. Stegen står i den ordning de hade."))
    return redirect(url_for(PAGE), 303)


@bp.route("/stages/<int:stage_id>/put-away", methods=["GET", "POST"])
@owner_only
def put_stage_away(stage_id: int) -> ResponseReturnValue:
    """First it is closed to new leads, then those it has are moved; each in a write of its own."""
    own = _stage(stage_id)
    form, count = PutAwayForm.offering(own), stage_editing.leads_by_stage().get(stage_id, 0)
    is_said = request.method == "POST" and form.validate()
    if request.method == "GET" or (count and not is_said):
        page = render_template("leads/put_away_stage.html", own=own, form=form, count=count)
        return page, 422 if request.method == "POST" else 200
    to_id, moment = form.to.data if is_said else first_stage(own.meaning).id, now()
    with writing():
        putting_away.put_away(stage_id)
    with writing():
        moved = putting_away.move_all(stage_id, to_id, signed_in(), moment)
    words = [_("Steget är undanlagt.")]
    words += [ngettext("En affär är flyttad.", "%(num)s affärer är flyttade.", moved)] if moved else []
    was = way_back(_putting_away(stage_id), [to_id, moment.isoformat(), moved], moment)
    undo = url_for("leads.undo_putting_away", stage_id=stage_id, was=was)
    toast(" ".join(words), undo=undo)
    return redirect(url_for(PAGE), 303)


@bp.post("/stages/<int:stage_id>/put-away/undo")
@owner_only
def undo_putting_away(stage_id: int) -> ResponseReturnValue:
    """The stage is back, with those of its leads that nobody has moved since."""
    _stage(stage_id)
    to_id, moved_at, moved = what_was(_putting_away(stage_id), request.args.get("was", ""), now())
    with writing():
        putting_away.bring_back(stage_id)
        home = putting_away.move_home(stage_id, to_id, datetime.fromisoformat(moved_at), signed_in(), now())
    words = [_("Ångrat. Steget är tillbaka.")]
    if moved > home:
        words.append(
            ngettext(
                "En affär har flyttats sedan dess och står kvar.",
                "%(num)s affärer har flyttats sedan dess och står kvar.",
                moved - home,
            )
        )
    toast(" ".join(words))
    return redirect(url_for(PAGE), 303)


@bp.post("/stages/<int:stage_id>/bring-back")
@owner_only
def bring_stage_back(stage_id: int) -> ResponseReturnValue:
    own = _stage(stage_id)
    with writing():
        putting_away.bring_back(stage_id)
    undo = url_for("leads.put_stage_away", stage_id=stage_id)
    toast(_("%(name)s går att välja igen.", name=name_here(own)), undo=undo)
    return redirect(url_for(PAGE), 303)


def _change_of(stage_id: int) -> str:
    return f"stage {stage_id}"


def _putting_away(stage_id: int) -> str:
    return f"stage {stage_id} put away"


def _stage(stage_id: int) -> LeadStage:
    return stage_called(stage_id) or abort(404)


def _editor(form: StageForm, own: LeadStage | None = None, **more: Any) -> str:
    return render_template("leads/edit_stage.html", form=form, own=own, fact_words=FACT_WORDS, **more)
