from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import owner_only
from app.core.db import writing
from app.core.toasts import toast
from app.settings.forms import BusinessForm
from app.settings.menu import SETTINGS
from app.settings.queries import the_business
from app.settings.services import describe_business

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.route("/", methods=["GET", "POST"])
@owner_only
def business() -> ResponseReturnValue:
    """The business itself: name, address, hours."""
    form = BusinessForm(obj=the_business())
    if form.validate_on_submit():
        with writing():
            describe_business(the_business(), form.facts())
        toast(_("Uppgifterna om företaget är sparade."))
        return redirect(url_for("settings.business"), 303)
    return render_template("settings/business.html", form=form, settings=SETTINGS), 422 if form.errors else 200
