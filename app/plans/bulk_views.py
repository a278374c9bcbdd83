"""Starting a plan for many leads: choose, see who is left out and why, start."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import db, writing
from app.core.offers import pieces_of
from app.core.routes import row_number
from app.core.toasts import toast
from app.leads.filters import LIST
from app.leads.listing import latest_leads
from app.leads.views import asked_for
from app.plans.models import Plan
from app.plans.queries import leads_to_lock, plan_to_change
from app.plans.services import Started, start_many
from app.plans.starting import reasons_against
from app.plans.views import bp

MOST = 200
"""How many leads can be chosen at a time."""


@bp.get("/<int:plan_id>/start")
def choose(plan_id: int) -> ResponseReturnValue:
    plan = db.session.get(Plan, plan_id) or abort(404)
    wanted = asked_for()
    leads = latest_leads(wanted, now(), MOST)
    against = reasons_against(plan, leads)
    return render_template(
        "plans/choose.html",
        plan=plan,
        wanted=wanted,
        **pieces_of(LIST, wanted),
        included=[lead for lead in leads if lead.id not in against],
        left_out=[(lead, against[lead.id]) for lead in leads if lead.id in against],
        is_cut=len(leads) == MOST,
        most=MOST,
    )


@bp.post("/<int:plan_id>/start-for-many")
def start_for_many(plan_id: int) -> ResponseReturnValue:
    """Start it for the leads that were ticked; each is asked again whether it may."""
    chosen = request.form.getlist("lead", type=row_number)[:MOST]
    with writing():
        plan = plan_to_change(plan_id) or abort(404)
        started = start_many(plan, leads_to_lock(chosen), signed_in(), now())
    toast(_words(started))
    return redirect(url_for("plans.detail", plan_id=plan_id), 303)


def _words(started: Started) -> str:
    words: str = ngettext("Planen startade för en affär.", "Planen startade för %(num)s affärer.", len(started.runs))
    if started.left_out:
        words += " " + ngettext("En lämnades utanför.", "%(num)s lämnades utanför.", len(started.left_out))
    return words
