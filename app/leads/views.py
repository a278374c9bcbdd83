from typing import Any

from flask import Blueprint, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.accounts.sent_forms import draft_key, is_new_form
from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.conditions import read
from app.core.db import db, writing
from app.core.routes import row_number
from app.core.toasts import toast
from app.leads.filters import LIST
from app.leads.forms import AboutForm, NoteForm, ValueForm
from app.leads.labels import STAGE_COLOURS
from app.leads.listing import LeadFilter, LeadSort
from app.leads.models import Lead, LostReason
from app.leads.own_stages import first_stage, stage_left, stage_name, stage_of, stage_reached
from app.leads.page_views import lead_page
from app.leads.queries import lead_to_change
from app.leads.services import change_subject
from app.leads.services import hand_over as hand_lead_over
from app.leads.services import take_up as take_lead_up
from app.leads.services import write_note as write_lead_note
from app.leads.stages import Stage
from app.leads.stale import Stale, Walker, stale
from app.leads.values import set_value as set_lead_value

bp = Blueprint("leads", __name__, url_prefix="/leads")

SHOWN_AS = "leads_shown_as"
"""Where a signed-in browser remembers which of its two pages, the list or the board, showed the leads last."""


def lead_url(lead_id: int, anchor: str = "", **values: Any) -> str:
    """The lead's page, at one of its places."""
    return url_for("leads.detail", lead_id=lead_id, _anchor=anchor or None, **values)


@bp.app_template_global()
def stage_colour(stage: Stage) -> str:
    """The chip that a stage is shown as."""
    return STAGE_COLOURS.get(stage, "plain")


bp.add_app_template_global(stage_of)
bp.add_app_template_global(stage_name)
bp.add_app_template_global(stage_left)
bp.add_app_template_global(stage_reached)


@bp.app_template_global()
def move_url(lead: Lead, meaning: str) -> str:
    """Where a lead is moved to the first stage of a meaning, or asked what that wants to know."""
    return url_for("leads.move", lead_id=lead.id, to=first_stage(Stage(meaning)).id)


@bp.app_template_global()
def how_stale(lead: Walker) -> Stale | None:
    """How a lead, or a row of the list, stands still."""
    return stale(lead, now())


def remember_face() -> None:
    """Let the menu lead to this page, the list or the board, until the other one is used."""
    if session.get(SHOWN_AS) != request.endpoint:
        session[SHOWN_AS] = request.endpoint


def asked_for() -> LeadFilter:
    """What the address asks of the list. What cannot be understood asks nothing."""
    return read(LIST, request.args, LeadFilter, LeadSort, signed_in().id)


@bp.get("/<int:lead_id>")
def detail(lead_id: int) -> ResponseReturnValue:
    return lead_page(lead_id, compose=request.args.get("compose", ""))


@bp.post("/<int:lead_id>/notes")
def write_note(lead_id: int) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate():
        return lead_page(lead_id, note_form=form, compose="note"), 422
    with writing():
        if is_new_form(draft_key(), now()):
            write_lead_note(_lead(lead_id), form.note.data or "", signed_in(), now())
    toast(_("Anteckningen är sparad."))
    return redirect(lead_url(lead_id, "timeline"), 303)


@bp.post("/<int:lead_id>/take-up")
def take_up(lead_id: int) -> ResponseReturnValue:
    """Back from rest, or from its end."""
    with writing():
        take_lead_up(_lead(lead_id), signed_in(), now())
    toast(_("Affären är öppen igen."))
    return redirect(lead_url(lead_id, "next-step"), 303)


def lost_reason_of(sent: MultiDict[str, str]) -> LostReason | None:
    """The reason that was chosen in a form, if any."""
    chosen = sent.get("lost_reason", 0, type=row_number)
    return db.session.get(LostReason, chosen) if chosen else None


@bp.post("/<int:lead_id>/value")
def set_value(lead_id: int) -> ResponseReturnValue:
    form = ValueForm()
    if not form.validate():
        return lead_page(lead_id, value_form=form), 422
    with writing():
        set_lead_value(_lead(lead_id), form.value.data, signed_in(), now())
    toast(_("Värdet är sparat."))
    return redirect(lead_url(lead_id, "stage"), 303)


@bp.post("/<int:lead_id>/about")
def change_about(lead_id: int) -> ResponseReturnValue:
    """Whom it is about, where we got that wrong or hear a horse's name later."""
    form = AboutForm()
    if not form.validate():
        return lead_page(lead_id, about_form=form), 422
    with writing():
        change_subject(_lead(lead_id), form.kind.data, form.subject.data)
    toast(_("Ändrat vem affären gäller."))
    return redirect(lead_url(lead_id), 303)


@bp.post("/<int:lead_id>/owner")
def hand_over(lead_id: int) -> ResponseReturnValue:
    chosen = request.form.get("owner", 0, type=row_number)
    with writing():
        owner = (db.session.get(User, chosen) or abort(404)) if chosen else None
        hand_lead_over(_lead(lead_id), owner, signed_in(), now())
    toast(_("Affären har bytt ansvarig."))
    return redirect(lead_url(lead_id), 303)


def _lead(lead_id: int) -> Lead:
    return lead_to_change(lead_id) or abort(404)
