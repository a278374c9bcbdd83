from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.access import public
from app.core.clock import now
from app.core.language import local_zone
from app.home.context import waiting
from app.home.day import the_day
from app.settings.queries import the_business

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The front door: visitors come to read, staff to work."""
    return redirect(url_for("home.today" if current_user.is_authenticated else "articles.index"))


@bp.get("/today/")
def today() -> ResponseReturnValue:
    """What must be done today, in ten seconds."""
    return _show("home/today.html")


@bp.get("/today/rows")
def today_rows() -> ResponseReturnValue:
    """The rows alone: the page asks for them anew while it is open."""
    return _show("home/rows.html")


def _show(template: str) -> ResponseReturnValue:
    counts = waiting()
    business = the_business()
    return render_template(
        template,
        day=the_day(counts, now(), local_zone()),
        waiting=lambda: counts,
        is_described=bool(business.name and business.email),
    )
