from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.access import public

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The front door: visitors come to read, staff to work."""
    return redirect(url_for("home.today" if current_user.is_authenticated else "articles.index"))


@bp.get("/today/")
def today() -> ResponseReturnValue:
    """What must be done today, in ten seconds."""
    return render_template("home/today.html")
