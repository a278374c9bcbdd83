"""Which columns of a list somebody wants to see, and in which order."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.columns import moved, read_columns, written_columns
from app.core.db import writing
from app.core.toasts import toast
from app.lists import services
from app.lists.places import PLACES, list_url
from app.lists.view_views import list_called
from app.lists.views import bp


@bp.post("/<list_of>/columns")
def choose_columns(list_of: str) -> ResponseReturnValue:
    """The ticked ones in the order of the form; one of its buttons moves a column and leaves the form open."""
    place = list_called(list_of)
    order, ticked = request.form.getlist("order"), request.form.getlist("column")
    move = request.form.get("move", "")
    named = [word for word in moved(order, move) if word in ticked]
    columns = read_columns(",".join(named), PLACES[place].usual)
    with writing():
        services.choose_columns(signed_in(), place, written_columns(columns))
    if not move:
        toast(_("Listan visar de kolumner du valt."))
    return redirect(list_url(place, request.form.get("asked", ""), cols=None, panel="columns" if move else None), 303)
