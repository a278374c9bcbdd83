"""The page of one booking, opened by the signed link in its mails: what was agreed, and what to do with it.

A link only shows. Programs that read mail open links, so that what changes something is always a button.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.consultations.agreeing import want_earlier
from app.consultations.booked_links import read_booked
from app.consultations.booked_pages import BookedPage, booked_page
from app.consultations.ending import cancel
from app.consultations.errands import Errand
from app.consultations.invitations import invitation
from app.consultations.meetings import meeting_of
from app.consultations.models import Consultation
from app.consultations.queries import consultation_to_change
from app.consultations.refusals import NotOffered
from app.consultations.services import move
from app.consultations.start_names import StartNames
from app.consultations.times_views import week_asked_for
from app.consultations.travel import way_to
from app.consultations.views import bp
from app.consultations.wall_times import words_elsewhere
from app.consultations.weeks import read_start
from app.consultations.zones import zone_choices
from app.core import links
from app.core.access import public
from app.core.clock import now
from app.core.db import writing
from app.core.forms import PublicForm, TextBlock, csrf
from app.core.headers import keep_private
from app.enquiries.forms import AtMost, Readable
from app.settings.queries import the_business

LONGEST_REASON = 1000


@bp.get("/booked/<token>")
@public
def booked(token: str) -> ResponseReturnValue:
    """One booking. A link that is over, or did not arrive whole, leads to us."""
    page = _opened(token)
    return render_template(
        "consultations/booked.html",
        page=page,
        token=token,
        elsewhere=_elsewhere(page.consultation),
        business=the_business(),
    )


@bp.get("/booked/<token>/calendar.ics")
@public
def booked_file(token: str) -> ResponseReturnValue:
    """The booking as a file that calendars take in."""
    told = invitation(meeting_of(_opened(token).consultation, now()))
    response = make_response(told.content)
    response.mimetype = "text/calendar"
    response.headers.set("Content-Disposition", "attachment", filename="samtal.ics")
    return response


@bp.route("/booked/<token>/move", methods=["GET", "POST"])
@csrf.exempt
@public
def move_booked(token: str) -> ResponseReturnValue:
    """The free times again, with the booking's own among them; a button moves it."""
    page = _opened(token)
    if not page.may_change:
        return _back(token)
    if request.method == "GET":
        return _times(token, page)
    start = read_start(request.form.get("start", ""))
    if start is None:
        return _times(token, page, _("Välj en av tiderna.")), 422
    try:
        move_to(page.consultation.id, start)
    except NotOffered as refusal:
        return _times(token, page, str(refusal), refusal.nearest), 409
    return _back(token, moved=1)


@bp.route("/booked/<token>/cancel", methods=["GET", "POST"])
@csrf.exempt
@public
def cancel_booked(token: str) -> ResponseReturnValue:
    """Ask once more; a button cancels. Cancelled already is no fault."""
    page, form = _opened(token), CancelForm(request.form)
    if request.method == "POST" and form.validate():
        with writing():
            cancel(_to_change(page.consultation.id), now(), why=form.why.data or None)
        return _back(token)
    if not page.may_change:
        return _back(token)
    body = render_template("consultations/cancel.html", page=page, token=token, form=form, business=the_business())
    return body, 422 if form.errors else 200


@bp.post("/booked/<token>/earlier")
@csrf.exempt
@public
def want_earlier_time(token: str) -> ResponseReturnValue:
    """Join those who hear of earlier times, or leave them."""
    page = _opened(token)
    with writing():
        want_earlier(_to_change(page.consultation.id), now(), is_wanted="wanted" in request.form)
    return _back(token)


class CancelForm(PublicForm):
    """Why, for who wants to say."""

    why = TextBlock(_l("Vill du säga varför?"), (AtMost(LONGEST_REASON), Readable()))


def _opened(token: str) -> BookedPage:
    """The page that the link opens; whatever else happens to it, nobody keeps it."""
    keep_private()
    with dead_links_lead_to_us():
        return booked_page(read_booked(token, now()), now()) or abort(404)


@contextmanager
def dead_links_lead_to_us(template: str = "consultations/link_over.html") -> Iterator[None]:
    """Answer for what reads a link: one that is over, or did not arrive whole, shows how to reach us."""
    try:
        yield
    except links.LinkExpired:
        abort(_link_over(template, 410))
    except links.LinkBroken:
        abort(_link_over(template, 404))


def _link_over(template: str, status: int) -> Response:
    return make_response(render_template(template, business=the_business()), status)


def _to_change(consultation_id: int) -> Consultation:
    return consultation_to_change(consultation_id) or abort(404)


def move_to(consultation_id: int, start: datetime) -> None:
    """Move the booking, as a visitor may. Raises TimeTaken or NotOffered, and then it is as it was."""
    with writing():
        move(_to_change(consultation_id), start, now())


def _back(token: str, **said: Any) -> ResponseReturnValue:
    return redirect(url_for("consultations.booked", token=token, **said), 303)


def _elsewhere(consultation: Consultation) -> str:
    """The start where the visitor is, if that is elsewhere."""
    zone = consultation.visitor_zone
    return words_elsewhere(consultation.starts_at, ZoneInfo(zone)) if zone else ""


def _times(token: str, page: BookedPage, refusal: str = "", nearest: Sequence[datetime] = ()) -> str:
    consultation, kind = page.consultation, page.consultation.kind
    errand = Errand(zone=request.args.get("zone", consultation.visitor_zone or ""))
    zone = errand.zone_for(kind)
    return render_template(
        "consultations/move.html",
        page=page,
        token=token,
        errand=errand,
        names=StartNames(zone, kind.length_minutes),
        week=week_asked_for(kind, zone, way_to(consultation), moving=consultation),
        refusal=refusal,
        nearest=nearest,
        zones=zone_choices(),
        business=the_business(),
    )
