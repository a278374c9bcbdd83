"""The feed of a host's bookings, fetched by calendar programs, and the host's say over it."""

from flask import Response, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.consultations import feeds
from app.consultations.hour_views import allowed_host_to_change
from app.consultations.import_views import NEW_FEED
from app.consultations.views import bp
from app.core.access import public
from app.core.clock import now
from app.core.db import writing
from app.core.toasts import toast


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """What takes a host's time. A program that has it already is told so, in a line (RFC 9110 13.1.2)."""
    host = feeds.host_of_feed(token) or abort(404)
    with force_locale(host.user.language):
        response = Response(feeds.feed_of(host, now()), mimetype="text/calendar")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/consultations/hours/<int:host_id>/feed")
def renew_feed(host_id: int) -> ResponseReturnValue:
    """A new address, shown once on the page that follows; the one before it is over."""
    with writing():
        token = feeds.new_feed(allowed_host_to_change(host_id))
    session[NEW_FEED] = [host_id, token]
    return _back_to(host_id)


@bp.post("/consultations/hours/<int:host_id>/feed/off")
def revoke_feed(host_id: int) -> ResponseReturnValue:
    with writing():
        feeds.revoke_feed(allowed_host_to_change(host_id))
    toast(_("Adressen är avstängd. Kalendrar som läste den får inget mer."))
    return _back_to(host_id)


@bp.post("/consultations/hours/<int:host_id>/feed/names")
def name_feed(host_id: int) -> ResponseReturnValue:
    """Name whom the host meets, or say "busy" alone."""
    is_shown = request.form.get("shows_names") == "yes"
    with writing():
        feeds.show_names(allowed_host_to_change(host_id), is_shown=is_shown)
    toast(_("Kalendern visar nu förnamn.") if is_shown else _("Kalendern visar nu bara att tiden är upptagen."))
    return _back_to(host_id)


def _back_to(host_id: int) -> ResponseReturnValue:
    return redirect(url_for("consultations.calendars", host_id=host_id, _anchor="feed"), 303)
