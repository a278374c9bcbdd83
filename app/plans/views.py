from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.sessions import signed_in
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.filters import clock_here
from app.core.routes import row_number
from app.core.toasts import toast
from app.leads.queries import lead_to_change
from app.leads.views import lead_url
from app.mail.models import MessageClass
from app.plans.editing import MOST_STEPS, Change, add_plan, change_plan
from app.plans.editing import remove as remove_plan
from app.plans.editing import switch_off as switch_plan_off
from app.plans.editing import switch_on as switch_plan_on
from app.plans.forms import NewPlanForm, PlanForm, rearranged
from app.plans.models import Plan, PlanRun, RunState
from app.plans.queries import (
    drafts_count,
    drafts_of,
    newest_version,
    newest_versions,
    plan_to_change,
    plans,
    run_counts_of,
    run_to_change,
    running_counts,
    runs_of,
    template_names,
)
from app.plans.services import skip_step as skip_next_step
from app.plans.services import start as start_plan
from app.plans.services import stop as stop_run
from app.plans.starting import startable
from app.plans.triggers import trigger_called
from app.plans.walking import ahead_of

ROWS = 100
"""How many runs the page of a plan shows."""

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.app_template_global()
def plan_words() -> dict[str, Any]:
    """What templates say of plans."""
    return {
        "trigger": trigger_called,
        "clock": clock_here,
        "ahead": ahead_of,
        "startable": startable,
    }


@bp.get("/")
def index() -> ResponseReturnValue:
    found = plans()
    return render_template(
        "plans/index.html",
        plans=found,
        versions=newest_versions([plan.id for plan in found]),
        running=running_counts(),
        drafts_count=drafts_count(),
    )


@bp.get("/<int:plan_id>/")
def detail(plan_id: int) -> ResponseReturnValue:
    plan = db.session.get(Plan, plan_id) or abort(404)
    state = request.args.get("show", RunState.RUNNING, type=RunState)
    runs = runs_of(plan_id, state, ROWS)
    return render_template(
        "plans/detail.html",
        plan=plan,
        version=newest_version(plan_id),
        templates=template_names(),
        state=state,
        states=RunState,
        runs=runs,
        drafts=drafts_of([run.id for run in runs]),
        counts=run_counts_of(plan_id),
    )


@bp.route("/add", methods=["GET", "POST"])
@owner_only
def add() -> ResponseReturnValue:
    if request.method == "GET":
        return _editor(NewPlanForm(rearranged(request.args, "add")))
    if "act" in request.form:
        return _editor(NewPlanForm(rearranged(request.form, request.form["act"])))
    form = NewPlanForm()
    if not form.validate():
        return _editor(form), 422
    message_class: MessageClass = form.message_class.data
    try:
        with writing():
            plan = add_plan(form.plan_facts(), message_class, form.plan_steps(), signed_in(), now())
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Planen är sparad. Den är avstängd tills du slår på den."))
    return redirect(url_for("plans.detail", plan_id=plan.id), 303)


@bp.route("/<int:plan_id>/edit", methods=["GET", "POST"])
@owner_only
def edit(plan_id: int) -> ResponseReturnValue:
    plan = db.session.get(Plan, plan_id) or abort(404)
    if request.method == "GET":
        return _editor(PlanForm.showing(plan, newest_version(plan_id)), plan)
    if "act" in request.form:
        return _editor(PlanForm(rearranged(request.form, request.form["act"])), plan)
    form = PlanForm()
    if not form.validate():
        return _editor(form, plan), 422
    try:
        with writing():
            moves_runs = bool(form.moves_runs.data)
            change = change_plan(
                _plan(plan_id), form.plan_facts(), form.plan_steps(), signed_in(), now(), moves_runs=moves_runs
            )
    except RuleBroken as refusal:
        return _editor(form, plan, refusal=refusal.sentence), 409
    toast(_change_words(change))
    return redirect(url_for("plans.detail", plan_id=plan_id), 303)


def _editor(form: PlanForm, plan: Plan | None = None, **more: Any) -> str:
    running = running_counts().get(plan.id, 0) if plan else 0
    return render_template("plans/edit.html", form=form, plan=plan, running=running, most_steps=MOST_STEPS, **more)


def _change_words(change: Change) -> str:
    if change.moved:
        words: str = ngettext(
            "Sparat. Den som är mitt i planen fortsätter med de nya stegen.",
            "Sparat. De %(num)s som är mitt i planen fortsätter med de nya stegen.",
            change.moved,
        )
    elif change.kept:
        words = ngettext(
            "Sparat. Den som är mitt i planen fortsätter med de gamla stegen.",
            "Sparat. De %(num)s som är mitt i planen fortsätter med de gamla stegen.",
            change.kept,
        )
    else:
        words = _("Planen är sparad.")
    return words


@bp.post("/<int:plan_id>/switch-on")
@owner_only
def switch_on(plan_id: int) -> ResponseReturnValue:
    with writing():
        switch_plan_on(_plan(plan_id), now())
    toast(_("Planen är på."), undo=url_for("plans.switch_off", plan_id=plan_id))
    return redirect(url_for("plans.detail", plan_id=plan_id), 303)


@bp.post("/<int:plan_id>/switch-off")
@owner_only
def switch_off(plan_id: int) -> ResponseReturnValue:
    with writing():
        switch_plan_off(_plan(plan_id))
    toast(_("Planen är avstängd. Ingen ny startar den."), undo=url_for("plans.switch_on", plan_id=plan_id))
    return redirect(url_for("plans.detail", plan_id=plan_id), 303)


@bp.post("/<int:plan_id>/remove")
@owner_only
def remove(plan_id: int) -> ResponseReturnValue:
    with writing():
        remove_plan(_plan(plan_id))
    toast(_("Planen är borttagen."))
    return redirect(url_for("plans.index"), 303)


@bp.post("/of-lead/<int:lead_id>")
def start(lead_id: int) -> ResponseReturnValue:
    """Let one lead walk the plan that was chosen on its page."""
    chosen = request.form.get("plan", 0, type=row_number)
    with writing():
        plan, lead = _plan(chosen), lead_to_change(lead_id) or abort(404)
        start_plan(plan, lead, signed_in(), now())
    toast(_("Planen är startad."))
    return redirect(lead_url(lead_id, "plans"), 303)


@bp.post("/runs/<int:run_id>/stop")
def stop(run_id: int) -> ResponseReturnValue:
    with writing():
        run = _run(run_id)
        stop_run(run, signed_in(), now())
        lead_id = run.lead_id
    toast(_("Planen är stoppad. Inget mer skickas från den."))
    return redirect(lead_url(lead_id, "plans"), 303)


@bp.post("/runs/<int:run_id>/skip-step")
def skip_step(run_id: int) -> ResponseReturnValue:
    with writing():
        run = _run(run_id)
        skip_next_step(run, signed_in(), now())
        lead_id = run.lead_id
    toast(_("Steget är överhoppat."))
    return redirect(lead_url(lead_id, "plans"), 303)


def _plan(plan_id: int) -> Plan:
    return plan_to_change(plan_id) or abort(404)


def _run(run_id: int) -> PlanRun:
    return run_to_change(run_id) or abort(404)
