"""The link of the waiting list: a time has become free, and the first to take it has it."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.consultations.booked_links import booked_token, read_earlier
from app.consultations.booked_pages import booked_page
from app.consultations.booked_views import dead_links_lead_to_us, move_to
from app.consultations.choosing import Asked
from app.consultations.models import Consultation
from app.consultations.refusals import NotOffered
from app.consultations.start_names import StartNames
from app.consultations.travel import way_to
from app.consultations.views import bp
from app.core.access import public
from app.core.clock import now
from app.core.forms import csrf
from app.core.headers import keep_private
from app.core.language import local_zone
from app.settings.queries import the_business


@bp.route("/booked/earlier/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def earlier(token: str) -> ResponseReturnValue:
    """The free time beside the visitor's own; a button takes it. Once it is gone, what is free instead."""
    keep_private()
    with dead_links_lead_to_us():
        consultation_id, start = read_earlier(token, now())
    page = booked_page(consultation_id, now()) or abort(404)
    own = url_for("consultations.booked", token=booked_token(page.consultation))
    if not page.may_change or page.consultation.starts_at == start:
        return redirect(own, 303)
    if request.method == "GET":
        return _page(page.consultation, start)
    try:
        move_to(consultation_id, start)
    except NotOffered:
        return _page(page.consultation, start), 409
    return redirect(own, 303)


def _page(consultation: Consultation, start: datetime) -> str:
    asked = Asked(consultation.kind, start, now(), travel=way_to(consultation), moves=consultation)
    nearest: Sequence[datetime] | None = None
    try:
        asked.free_host()
    except NotOffered as refusal:
        nearest = [each for each in refusal.nearest if each != consultation.starts_at]
    return render_template(
        "consultations/earlier.html",
        consultation=consultation,
        start=start,
        nearest=nearest,
        names=StartNames(local_zone(), consultation.kind.length_minutes),
        booked_token=booked_token(consultation),
        business=the_business(),
    )
