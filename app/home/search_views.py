"""Search from anywhere: a page of its own, the rows of the box, and what a command asks once more."""

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.language import local_day
from app.core.routes import row_number
from app.core.toasts import toast
from app.home.offers import Offers, offers_for
from app.home.search import Findings, look_up
from app.home.views import bp
from app.leads.own_stages import first_stage, stage_of
from app.leads.queries import lead_with_all
from app.leads.stages import Stage

MOST_IN_BOX = 6
MOST_ON_PAGE = 30


@bp.get("/search")
def search() -> ResponseReturnValue:
    """Everything that is found, as a page: it needs no script, and has its own address."""
    return render_template("home/search.html", found=_found(MOST_ON_PAGE), offers=_offers(), typed=_typed())


@bp.get("/search/rows")
def search_rows() -> ResponseReturnValue:
    """What the box shows while somebody types."""
    return render_template("home/search_rows.html", found=_found(MOST_IN_BOX), offers=_offers(), typed=_typed())


@bp.get("/search/rest/<int:lead_id>")
def rest(lead_id: int) -> ResponseReturnValue:
    """Says what becomes of a lead that rests until a day; its one button lets it."""
    lead = lead_with_all(lead_id) or abort(404)
    until = _day(request.args.get("until", "")) or abort(404)
    if not lead.is_open:
        toast(_("Affären är avslutad. Öppna den igen, så kan den vila."))
        return redirect(url_for("leads.detail", lead_id=lead_id), 303)
    return render_template(
        "home/rest.html", lead=lead, until=until, left=stage_of(lead), resting=first_stage(Stage.RESTING)
    )


def _typed() -> str:
    return request.args.get("q", "").strip()


def _found(most: int) -> Findings:
    return look_up(_typed(), most)


def _offers() -> Offers:
    lead_id = request.args.get("lead", type=row_number) or None
    user = signed_in()
    return offers_for(_typed(), local_day(now()), is_owner=user.is_owner, may_change=user.may_change, lead_id=lead_id)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
