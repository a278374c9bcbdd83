"""The page of one trial, opened by the signed link in its mails: how it stands, what was agreed, what happens next.

A link only shows. Programs that read mail open links, so that what changes something is always a button.
"""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app.consultations.booked_views import dead_links_lead_to_us
from app.core.access import public
from app.core.clock import now
from app.core.headers import keep_private
from app.core.language import local_zone
from app.settings.queries import the_business
from app.trials.borrowed_pages import BorrowedPage, borrowed_page
from app.trials.trial_links import read_trial
from app.trials.views import bp

LINK_OVER = "trials/link_over.html"


@bp.get("/trial/<token>")
@public
def borrowed(token: str) -> ResponseReturnValue:
    """One trial. A link that is over, or did not arrive whole, leads to us."""
    page = opened(token)
    return render_template("trials/borrowed.html", page=page, token=token, business=the_business())


def opened(token: str) -> BorrowedPage:
    """The page that the link opens; whatever else happens to it, nobody keeps it."""
    keep_private()
    moment = now()
    with dead_links_lead_to_us(LINK_OVER):
        return borrowed_page(read_trial(token, moment), moment.astimezone(local_zone()).date()) or abort(404)
