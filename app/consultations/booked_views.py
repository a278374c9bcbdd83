"""The page of one booking, opened by the signed link in its mails: what was agreed, and what to do with it."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app.consultations.booked_links import read_booked
from app.consultations.booked_pages import booked_page
from app.consultations.views import bp
from app.core import links
from app.core.access import public
from app.core.clock import now
from app.core.headers import keep_private
from app.settings.queries import the_business


@bp.get("/booked/<token>")
@public
def booked(token: str) -> ResponseReturnValue:
    """One booking. A link that is over, or did not arrive whole, leads to us."""
    keep_private()
    try:
        page = booked_page(read_booked(token, now()), now()) or abort(404)
    except links.LinkExpired:
        return _link_over(), 410
    except links.LinkBroken:
        return _link_over(), 404
    return render_template("consultations/booked.html", page=page, business=the_business())


def _link_over() -> str:
    return render_template("consultations/link_over.html", business=the_business())
