from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.contacts.services import person
from app.core.clock import now
from app.core.db import writing
from app.core.language import current_language, local_zone
from app.core.toasts import toast
from app.follow_ups.dues import end_of_day, urgency
from app.follow_ups.forms import CallForm, DueForm, PlanForm, QuickAddForm, SkipForm
from app.follow_ups.labels import ICONS
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import follow_up_to_change
from app.follow_ups.services import add_by_hand, tell_of_call
from app.follow_ups.services import complete as complete_follow_up
from app.follow_ups.services import move as move_follow_up
from app.follow_ups.services import plan as plan_follow_up
from app.follow_ups.services import reopen as reopen_follow_up
from app.follow_ups.services import skip as skip_follow_up
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.leads.views import bp as leads_bp
from app.leads.views import lead_page, lead_url

bp = Blueprint("follow_ups", __name__)


@bp.app_template_global()
def step_urgency(step: FollowUp) -> str:
    """The chip of a step: late, due (today) or rest."""
    return urgency(step.due_at, now(), local_zone())


@bp.app_template_global()
def step_icon(step: FollowUp) -> str:
    """The icon of what is to be done."""
    return ICONS[step.kind]


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
    if not form.validate():
        return lead_page(lead_id, plan_form=form), 422
    due = form.due(now(), local_zone())
    with writing():
        plan_follow_up(_lead(lead_id), form.kind.data, due.at, now(), title=form.title.data, due_on=due.on)
    toast(_("Nästa steg är planerat."))
    return redirect(_back(lead_id), 303)


@bp.post("/follow-ups/<int:follow_up_id>/complete")
def complete(follow_up_id: int) -> ResponseReturnValue:
    return _settle(follow_up_id, _("Klart."), lambda step: complete_follow_up(step, signed_in(), now()))


@bp.post("/follow-ups/<int:follow_up_id>/skip")
def skip(follow_up_id: int) -> ResponseReturnValue:
    form = SkipForm()
    if not form.validate():
        abort(422)
    return _settle(
        follow_up_id, _("Överhoppat."), lambda step: skip_follow_up(step, form.reason.data, signed_in(), now())
    )


def _settle(follow_up_id: int, words: str, act: Callable[[FollowUp], None]) -> ResponseReturnValue:
    with writing():
        step = _follow_up(follow_up_id)
        act(step)
    lead = step.lead
    if "HX-Request" in request.headers:
        return render_template("follow_ups/_row_done.html", step=step, lead=lead, asks_next=lead.is_adrift)
    toast(words, undo=url_for("follow_ups.reopen", follow_up_id=follow_up_id))
    return redirect(lead_url(lead.id, "next-step") if lead.is_adrift else _back(lead.id), 303)


@bp.post("/follow-ups/<int:follow_up_id>/reopen")
def reopen(follow_up_id: int) -> ResponseReturnValue:
    with writing():
        step = _follow_up(follow_up_id)
        reopen_follow_up(step)
        lead_id = step.lead_id
    toast(_("Ångrat. Steget är kvar att göra."))
    return redirect(_back(lead_id), 303)


@bp.post("/follow-ups/<int:follow_up_id>/move")
def move(follow_up_id: int) -> ResponseReturnValue:
    form = DueForm()
    with writing():
        step = _follow_up(follow_up_id)
        lead_id = step.lead_id
        if form.validate():
            due = form.due(now(), local_zone())
            move_follow_up(step, due.at, now(), due.on)
    if form.errors:
        return lead_page(lead_id, move_form=form), 422
    toast(_("Flyttat."))
    return redirect(_back(lead_id), 303)


@bp.post("/leads/<int:lead_id>/calls")
def log_call(lead_id: int) -> ResponseReturnValue:
    form = CallForm()
    if not form.validate():
        return lead_page(lead_id, call_form=form, compose="call"), 422
    today_ends_at = end_of_day(now(), local_zone())
    with writing():
        tell_of_call(_lead(lead_id), form.outcome.data, form.summary.data, today_ends_at, signed_in(), now())
    toast(_("Samtalet är loggat."))
    return redirect(lead_url(lead_id, "next-step"), 303)


def _lead(lead_id: int) -> Lead:
    return lead_to_change(lead_id) or abort(404)


def _follow_up(follow_up_id: int) -> FollowUp:
    return follow_up_to_change(follow_up_id) or abort(404)


def _back(lead_id: int) -> str:
    return url_for("home.today") if request.values.get("back") == "today" else lead_url(lead_id)
