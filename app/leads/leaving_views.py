"""Letting somebody leave: see what they answer for, and give it all to somebody else."""

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
from app.leads.leaving import charges_of, leads_to_take_over, refuse_heir, remains_of, take_over
from app.leads.queries import lead_to_change
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
        refuse_heir(leaver, heir)
        taken = [_take_over(lead_id, user_id, heir.id) for lead_id in leads_to_take_over(leaver)]
    except RuleBroken as refusal:
        return _page(leaver, str(refusal)), 422
    words = ngettext("En affär är överlämnad.", "%(num)s affärer är överlämnade.", sum(taken))
    toast(words)
    return redirect(url_for("accounts.users"), 303)


def _take_over(lead_id: int, leaver_id: int, heir_id: int) -> bool:
    """Whether the lead was still there."""
    with writing():
        lead = lead_to_change(lead_id)
        leaver, heir = db.session.get(User, leaver_id), db.session.get(User, heir_id)
        if lead is None or leaver is None or heir is None:
            return False
        take_over(lead, leaver, heir, signed_in(), now())
        return True


def _page(leaver: User, error: str = "") -> str:
    return render_template(
        "leads/leaving.html",
        leaver=leaver,
        charges=charges_of(leaver),
        remains=remains_of(leaver, now()),
        heirs=[user for user in active_users() if user.id != leaver.id],
        error=error,
    )
