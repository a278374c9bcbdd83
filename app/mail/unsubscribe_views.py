"""The page behind the link at the foot of each mail that offers something."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.clock import now
from app.core.db import writing
from app.core.forms import csrf
from app.core.headers import keep_private
from app.core.links import LinkBroken
from app.mail import unsubscribing
from app.mail.suppressions import has_said_no
from app.mail.views import bp
from app.settings.queries import the_business


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """GET only shows the page: programs open the links of mails. POST acts without cookie, by our button or theirs.

    It answers with a page and no redirect, which a mail program would not follow (RFC 8058, 3.1).
    """
    keep_private()
    try:
        said_no = unsubscribing.read_said_no(token, now())
    except LinkBroken:
        abort(404)
    if request.method == "POST":
        with writing():
            unsubscribing.unsubscribe(said_no, now())
    is_done = has_said_no(said_no.address_hash)
    return render_template("mail/unsubscribe.html", is_done=is_done, business=the_business())
