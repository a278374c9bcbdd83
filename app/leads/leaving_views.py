"""Letting somebody leave: see what they answer for, and give it all to somebody else."""

from collections.abc import Callable

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import User
from app.accounts.queries import active_users
from app.accounts.sessions import signed_in
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.routes import row_number
from app.core.toasts import toast
from app.leads.hand_overs import (
    HandOver,
    begin_hand_over,
    hand_back,
    hand_over_of,
    hand_overs_of,
    leads_in,
    refuse_undoing,
)
from app.leads.leaving import charges_of, leads_to_take_over, refuse_heir, remains_of
from app.leads.models import Lead
from app.leads.queries import lead_to_change, names_of_leads
from app.leads.views import bp


@bp.route("/of/<int:user_id>/hand-over", methods=["GET", "POST"])
@owner_only
def leave(user_id: int) -> ResponseReturnValue:
    """What a user answers for, and one button that gives it all to another.

    Lead by lead, each whole: should the server stop midway, the same button does the rest.
    """
    leaver = db.session.get(User, user_id) or abort(404)
    if request.method == "GET":
        return _page(leaver)
    heir = db.session.get(User, request.form.get("heir", 0, type=row_number))
    if heir is None:
        return _page(leaver, _("Välj vem som tar över.")), 422
    try:
        made_id, taken = _hand_over_all(leaver, heir)
    except RuleBroken as refusal:
        return _page(leaver, str(refusal)), 422
    undo = url_for("leads.take_hand_over_back", user_id=user_id, hand_over_id=made_id)
    toast(ngettext("En affär är överlämnad.", "%(num)s affärer är överlämnade.", taken), undo=undo if taken else "")
    return redirect(url_for("accounts.users"), 303)


def _hand_over_all(leaver: User, heir: User) -> tuple[int, int]:
    """The key of the hand-over, and of how many leads something went along."""
    refuse_heir(leaver, heir)
    lead_ids = leads_to_take_over(leaver)
    with writing():
        made_id = begin_hand_over(leaver, heir, now()).id
    return made_id, sum(_on_lead(lead_id, made_id, hand_over_of) for lead_id in lead_ids)


def _on_lead(lead_id: int, made_id: int, act: Callable[[Lead, HandOver, User], bool]) -> bool:
    """Act on a lead and on the hand-over, in a write of their own. False where one of them is gone."""
    with writing():
        lead = lead_to_change(lead_id)
        made = db.session.get(HandOver, made_id)
        return lead is not None and made is not None and act(lead, made, signed_in())


@bp.post("/of/<int:user_id>/hand-over/<int:hand_over_id>/undo")
@owner_only
def take_hand_over_back(user_id: int, hand_over_id: int) -> ResponseReturnValue:
    """What nobody has touched since goes back, lead by lead; the page tells what stays."""
    made = db.session.get(HandOver, hand_over_id)
    if made is None or made.leaver_id != user_id:
        abort(404)
    refuse_undoing(made, now())
    name, lead_ids = made.leaver.name, leads_in(made)
    back = sum(_on_lead(lead_id, hand_over_id, _hand_back) for lead_id in lead_ids)
    with writing():
        db.session.get_one(HandOver, hand_over_id).undone_at = now()
    toast(ngettext("En affär är tillbaka hos %(name)s.", "%(num)s affärer är tillbaka hos %(name)s.", back, name=name))
    return redirect(url_for("leads.leave", user_id=user_id), 303)


def _hand_back(lead: Lead, made: HandOver, actor: User) -> bool:
    return hand_back(lead, made, actor, now())


def _page(leaver: User, error: str = "") -> str:
    made = hand_overs_of(leaver.id, now())
    stayed = {one.id: names_of_leads(leads_in(one)) for one in made if one.undone_at}
    return render_template(
        "leads/leaving.html",
        leaver=leaver,
        charges=charges_of(leaver),
        remains=remains_of(leaver, now()),
        heirs=[user for user in active_users() if user.id != leaver.id],
        made=made,
        stayed=stayed,
        error=error,
    )
