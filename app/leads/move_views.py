"""The one way to move a lead by hand: one address, which asks what the new stage wants to know."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import User
from app.accounts.queries import active_users
from app.accounts.sessions import signed_in
from app.accounts.views import here
from app.core import links
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.filters import day as day_words
from app.core.labels import name_here
from app.core.language import local_day, local_zone
from app.core.routes import row_number
from app.core.toasts import toast
from app.follow_ups.forms import PlanForm
from app.follow_ups.queries import suggested_next
from app.leads.models import Lead, LeadStage, LostReason
from app.leads.move_forms import EnterForm
from app.leads.move_undo import Move, undo_move
from app.leads.moving import Facts, Wanted, asked_by, enter_stage
from app.leads.own_stages import stage_called, stage_name, stage_of
from app.leads.queries import lead_to_change, lead_with_all, lost_reasons
from app.leads.stages import RequiredFact
from app.leads.views import bp, lead_url

_UNDO = "lead-move"


@bp.route("/<int:lead_id>/move", methods=["GET", "POST"])
def move(lead_id: int) -> ResponseReturnValue:
    """To the stage `to`, and then to the page `next`. GET asks, POST moves or, where something is missing, asks."""
    own = stage_called(request.values.get("to", type=row_number)) or abort(404)
    lead = lead_with_all(lead_id) or abort(404)
    asked = asked_by(lead, own)
    form = _form(asked)
    plan_form = _plan_form(own) if RequiredFact.NEXT_STEP in asked else None
    if request.method == "GET":
        return _page(lead, own, form, plan_form)
    if not _are_valid(form, plan_form):
        return _page(lead, own, form, plan_form), 422
    try:
        with writing():
            lead = lead_to_change(lead_id) or abort(404)
            left_id = request.form.get("from", type=row_number)
            made = enter_stage(lead, own, signed_in(), now(), facts=_facts(form, plan_form), left_id=left_id)
    except RuleBroken as refusal:
        lead = lead_with_all(lead_id) or abort(404)
        return _page(lead, own, form, plan_form, refusal.sentence), 422
    _say(lead, own, made)
    return redirect(_next() or lead_url(lead_id, "next-step" if lead.is_adrift else ""), 303)


def _form(asked: Sequence[Wanted]) -> EnterForm:
    formdata: dict[str, Any] = {} if request.method == "POST" else {"formdata": None}
    return EnterForm.asking(asked, lost_reasons(), active_users(), local_day(now()), **formdata)


def _plan_form(own: LeadStage) -> PlanForm:
    if request.method == "POST":
        return PlanForm()
    return PlanForm.suggesting(suggested_next(own.meaning), local_day(now()))


def _are_valid(form: EnterForm, plan_form: PlanForm | None) -> bool:
    """Both are asked, so that everything that is wrong is said at once."""
    return all([form.validate(), plan_form is None or plan_form.validate()])


def _facts(form: EnterForm, plan_form: PlanForm | None) -> Facts:
    said = form.facts()
    reason, owner = said.get("lost_reason"), said.get("owner")
    return Facts(
        lost_reason=db.session.get(LostReason, reason) if reason else None,
        rests_until_on=form.comes_back_on(form.today) if "rest" in said else None,
        value_ore=said.get("value"),
        phone=said.get("phone"),
        email=said.get("email"),
        owner=db.session.get(User, owner) if owner else None,
        next_step=plan_form.step(plan_form.due(now(), local_zone())) if plan_form else None,
        why=said["why"],
    )


def _page(lead: Lead, own: LeadStage, form: EnterForm, plan_form: PlanForm | None, refusal: str | None = None) -> str:
    """The question: a piece for whoever asks for it within a page, else a page of its own."""
    is_piece = "HX-Request" in request.headers
    return render_template(
        "leads/_move.html" if is_piece else "leads/move.html",
        lead=lead,
        own=own,
        form=form,
        plan_form=plan_form,
        left=request.values.get("from", type=row_number) or stage_of(lead).id,
        next=_next() or lead_url(lead.id),
        refusal=refusal,
    )


def _next() -> str | None:
    return here(request.values.get("next"))


def _say(lead: Lead, own: LeadStage, made: Move) -> None:
    token = links.sign(_UNDO, [lead.id, made.as_text()], now() + timedelta(days=1))
    until = lead.rests_until_on
    words = _("Affären vilar till %(day)s.", day=day_words(until)) if until else None
    toast(
        words or _("%(name)s flyttad till %(stage)s.", name=lead.contact.name, stage=name_here(own)),
        undo=url_for("leads.take_move_back", lead_id=lead.id, made=token, next=_next()),
    )


@bp.post("/<int:lead_id>/move/undo")
def take_move_back(lead_id: int) -> ResponseReturnValue:
    """The move that the address carries."""
    try:
        about_id, made = links.read(_UNDO, request.args.get("made", ""), now())
    except (links.LinkBroken, links.LinkExpired):
        abort(404)
    if about_id != lead_id:
        abort(404)
    with writing():
        lead = lead_to_change(lead_id) or abort(404)
        undo_move(lead, Move.from_text(made), signed_in(), now())
    toast(_("Ångrat. Affären står åter i %(stage)s.", stage=stage_name(lead)))
    return redirect(_next() or lead_url(lead_id), 303)
