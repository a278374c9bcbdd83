from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sent_forms import draft_key, is_new_form
from app.accounts.sessions import signed_in
from app.contacts.services import person
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.labels import label
from app.core.language import current_language, local_zone
from app.core.toasts import toast
from app.follow_ups.appointments import Appointment
from app.follow_ups.dues import DuePreset, end_of_day, urgency
from app.follow_ups.forms import WHEN_MOVED, CallForm, OnwardForm, PlanForm, QuickAddForm, SkipForm
from app.follow_ups.labels import ICONS
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.occasions import add_by_hand, tell_of_call
from app.follow_ups.onward import Onward
from app.follow_ups.queries import Step, follow_up_to_change, next_steps, open_of, suggested_next
from app.follow_ups.services import NextStepMissing
from app.follow_ups.services import complete as complete_follow_up
from app.follow_ups.services import plan as plan_follow_up
from app.follow_ups.services import reopen as reopen_follow_up
from app.follow_ups.services import skip as skip_follow_up
from app.follow_ups.suggestions import READY, SKIP_REASONS, Suggestion, ready_for
from app.leads.models import CallOutcome, Lead
from app.leads.page_views import lead_page
from app.leads.queries import lead_to_change, lost_reasons
from app.leads.views import bp as leads_bp
from app.leads.views import lead_url, lost_reason_of

bp = Blueprint("follow_ups", __name__)


@bp.app_template_global()
def step_urgency(step: Step) -> str:
    """The chip of a step: late, due (today) or rest. An appointment is not late before it is over."""
    late_at = step.ends_at if isinstance(step, Appointment) else step.due_at
    return urgency(late_at, now(), local_zone())


@bp.app_template_global()
def step_title(step: Step) -> str:
    """What a step asks for: in its own words, or those of its kind."""
    if isinstance(step, Appointment):
        return step.title_at(now())
    return step.title or label(step.kind)


@bp.app_template_global()
def step_icon(step: Step) -> str:
    """The icon of what is to be done."""
    return step.icon if isinstance(step, Appointment) else ICONS[step.kind]


@bp.app_template_global()
def later_presets() -> list[DuePreset]:
    """The usual moments to put a step off to."""
    return [preset for preset in WHEN_MOVED if preset is not DuePreset.OTHER]


@bp.app_template_global()
def ready_tasks(lead: Lead) -> list[tuple[str, Suggestion, date]]:
    """What fits the lead where it stands, the usual first: the name it is chosen by, the task, and its day."""
    return [(name, task, task.day(_today())) for name, task in ready_for(lead.stage).items()]


@bp.app_template_global()
def skip_reasons() -> list[str]:
    """Why a step is not done, most often."""
    return [str(reason) for reason in SKIP_REASONS]


@bp.app_template_global()
def call_outcomes() -> list[CallOutcome]:
    """How a call can go."""
    return list(CallOutcome)


@bp.app_template_global()
def kind_icon(kind: FollowUpKind) -> str:
    """The icon of a kind of step."""
    return ICONS[kind]


@leads_bp.route("/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Quick add. It stands in this room, since a lead made by hand begins with its next step."""
    form = QuickAddForm()
    if not form.validate_on_submit():
        return render_template("leads/add.html", form=form), 422 if form.errors else 200
    who = person(form.name.data or "", form.email.data, form.phone.data, language=current_language())
    due = form.due(now(), local_zone())
    with writing():
        lead = add_by_hand(who, form.whom(), form.note.data, form.step(due), signed_in(), now())
    toast(_("Affären är tillagd."))
    return redirect(lead_url(lead.id), 303)


@bp.post("/leads/<int:lead_id>/next-step")
def plan(lead_id: int) -> ResponseReturnValue:
    form = PlanForm()
    ready = READY.get(request.form.get("then", ""))
    if ready is None and not form.validate():
        return lead_page(lead_id, plan_form=form), 422
    step = ready.step(_today(), local_zone()) if ready else form.step(form.due(now(), local_zone()))
    with writing():
        plan_follow_up(_lead(lead_id), step.kind, step.due_at, now(), title=step.title, due_on=step.due_on)
    toast(_("Nästa steg är planerat."))
    return redirect(back_to(lead_id), 303)


@bp.post("/follow-ups/<int:follow_up_id>/complete")
def complete(follow_up_id: int) -> ResponseReturnValue:
    form = OnwardForm()
    return _settle(
        follow_up_id, form, lambda step, onward: complete_follow_up(step, signed_in(), now(), onward), _("Klart.")
    )


@bp.post("/follow-ups/<int:follow_up_id>/skip")
def skip(follow_up_id: int) -> ResponseReturnValue:
    form = SkipForm()
    return _settle(
        follow_up_id,
        form,
        lambda step, onward: skip_follow_up(step, form.reason.data, signed_in(), now(), onward),
        _("Överhoppat."),
    )


def _onward(form: OnwardForm) -> Onward | None:
    try:
        return form.onward(lost_reason_of(request.form), now(), local_zone())
    except KeyError:
        abort(400)  # no such button is on the page


def _settle(
    follow_up_id: int, form: OnwardForm, act: Callable[[FollowUp, Onward | None], None], words: str
) -> ResponseReturnValue:
    """Settle a step, or ask what comes next where it is the last. What was typed comes back with what is wrong."""
    if not form.validate():
        return _ask(follow_up_id, form), 422
    try:
        onward = _onward(form)
        with writing():
            step = step_to_change(follow_up_id)
            act(step, onward)
    except NextStepMissing:
        return _ask(follow_up_id, form)
    except RuleBroken as refusal:
        return _ask(follow_up_id, form, refusal.sentence), 422
    if "HX-Request" in request.headers:
        return render_template("follow_ups/_row_done.html", step=step, lead=step.lead, planned=_planned(step))
    undo = url_for("follow_ups.reopen", follow_up_id=follow_up_id) if step.lead.is_walking else ""
    toast(words, undo=undo)
    return redirect(back_to(step.lead_id), 303)


def _ask(follow_up_id: int, form: OnwardForm, refusal: str = "") -> str:
    """The question what comes next: a row of Today where the page asks for it, else a page of its own."""
    step = step_to_change(follow_up_id)
    suggestion = suggested_next(step.lead.stage)
    if form.then.data != "plan" and suggestion is not None:
        form.kind.data, form.when.data = suggestion.kind, suggestion.preset(_today())
        form.day.data = suggestion.day(_today())
    is_row = "HX-Request" in request.headers
    return render_template(
        "follow_ups/_row_asks.html" if is_row else "follow_ups/ask.html",
        step=step,
        lead=step.lead,
        form=form,
        refusal=refusal,
        lost_reasons=lost_reasons(),
        back=request.values.get("back", ""),
    )


def _planned(step: FollowUp) -> FollowUp | None:
    """What was planned in the same tap as the step was settled."""
    return next((other for other in open_of(step.lead_id) if other.created_at == step.done_at), None)


@bp.post("/follow-ups/<int:follow_up_id>/reopen")
def reopen(follow_up_id: int) -> ResponseReturnValue:
    with writing():
        step = step_to_change(follow_up_id)
        reopen_follow_up(step)
        lead_id = step.lead_id
    toast(_("Ångrat. Steget är kvar att göra."))
    return redirect(back_to(lead_id), 303)


@bp.post("/leads/<int:lead_id>/calls")
def log_call(lead_id: int) -> ResponseReturnValue:
    form = CallForm()
    if not form.validate():
        return lead_page(lead_id, call_form=form, compose="call"), 422
    today_ends_at = end_of_day(now(), local_zone())
    with writing():
        if is_new_form(draft_key(), now()):
            tell_of_call(_lead(lead_id), form.outcome.data, form.summary.data, today_ends_at, signed_in(), now())
    if "HX-Request" in request.headers:
        lead, planned = _lead(lead_id), next_steps([lead_id]).get(lead_id)
        return render_template("follow_ups/_row_called.html", lead=lead, outcome=form.outcome.data, planned=planned)
    toast(_("Samtalet är loggat."))
    return redirect(back_to(lead_id, "next-step"), 303)


def _today() -> date:
    return now().astimezone(local_zone()).date()


def _lead(lead_id: int) -> Lead:
    return lead_to_change(lead_id) or abort(404)


def step_to_change(follow_up_id: int) -> FollowUp:
    """The step of that key, its lead locked; 404 where there is none."""
    return follow_up_to_change(follow_up_id) or abort(404)


def back_to(lead_id: int, anchor: str = "") -> str:
    """Where a change was asked for: Today, or a place on the lead's page."""
    return url_for("home.today") if request.values.get("back") == "today" else lead_url(lead_id, anchor)
