from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.queries import has_colleagues
from app.accounts.sessions import signed_in
from app.core.access import public
from app.core.clock import now
from app.core.language import local_zone
from app.home.day import Asked, the_day
from app.home.guide import guide_of
from app.settings.queries import the_business

bp = Blueprint("home", __name__)
TODAY = "home/today.html"
MINE, ALL = "mine", "all"
"""Whose day is shown: what falls to whoever is signed in or to nobody in particular, or everybody's."""


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The front door: visitors come to read, staff to work."""
    return redirect(url_for("home.today" if current_user.is_authenticated else "articles.index"))


@bp.get("/today/")
def today() -> ResponseReturnValue:
    """What must be done today, in ten seconds. Whose was last looked at is what every link here leads to."""
    chosen = request.args.get("whose")
    if chosen in (MINE, ALL) and chosen != session.get("whose", ALL):
        session["whose"] = chosen
    return _show(TODAY, chosen or session.get("whose", ALL))


@bp.get("/today/rows")
def today_rows() -> ResponseReturnValue:
    """The rows alone: the page asks for them anew while it is open."""
    return _show("home/rows.html", request.args.get("whose", ALL))


@bp.get("/today/news")
def news() -> ResponseReturnValue:
    """What every open page asks for anew: the counts of the menu, and whether somebody has written."""
    return render_template("home/news.html")


def _show(template: str, whose: str) -> ResponseReturnValue:
    is_shared = has_colleagues()
    day = the_day(Asked(signed_in().id, is_shared and whose == MINE, now(), local_zone()))
    business = the_business()
    is_guided = template == TODAY and signed_in().is_owner and business.guide_ended_at is None
    return render_template(
        template,
        day=day,
        is_shared=is_shared,
        business=business,
        guide=guide_of(business) if is_guided else None,
    )
