"""Views of a list under a name: saving, changing, removing and bringing back."""

from dataclasses import astuple
from urllib.parse import parse_qs

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.forms import is_storable
from app.core.toasts import toast
from app.core.ways_back import way_back, what_was
from app.lists import services
from app.lists.forms import MINE, SHARED, NewViewForm, ViewForm
from app.lists.models import ListOf, SavedView
from app.lists.places import list_url
from app.lists.queries import view_to_change
from app.lists.views import bp


@bp.app_template_global()
def view_url(view: SavedView) -> str:
    """The list as a view asks for it."""
    return list_url(view.list_of, view.asked, view=view.id)


@bp.app_template_global()
def asks_otherwise(view: SavedView, asked: str) -> bool:
    """Whether a list's page asks for something else than the view does."""
    return parse_qs(view.asked) != parse_qs(asked)


@bp.app_template_global()
def may_change_view(view: SavedView) -> bool:
    """Whether whoever is signed in may change it."""
    return services.may_change(view, signed_in())


@bp.route("/<list_of>/views/add", methods=["GET", "POST"])
def add_view(list_of: str) -> ResponseReturnValue:
    """Save what the list's page was asking."""
    place = list_called(list_of)
    form = NewViewForm(asked=request.args.get("asked", ""))
    if form.validate_on_submit() and is_storable(form.asked.data or ""):
        who, asked, name = form.who.data == SHARED, form.asked.data or "", form.name.data or ""
        try:
            with writing():
                view = services.save_view(place, name, asked, signed_in(), now(), is_shared=who)
                address = view_url(view)
        except RuleBroken as refusal:
            form.name.errors = [str(refusal)]
        else:
            toast(_("Vyn är sparad."))
            return redirect(address, 303)
    page = render_template("lists/view.html", form=form, view=None, place=place, list_url=list_url)
    return page, 422 if form.errors else 200


@bp.route("/views/<int:view_id>/edit", methods=["GET", "POST"])
def edit_view(view_id: int) -> ResponseReturnValue:
    """Another name, or other people who see it."""
    view = _seen(view_id)
    form = ViewForm(name=view.name, who=SHARED if view.is_shared else MINE)
    if form.validate_on_submit():
        try:
            with writing():
                view = _to_change(view_id)
                before = services.ViewFacts.of(view)
                services.change_view(view, signed_in(), name=form.name.data or "")
                services.share_view(view, signed_in(), is_shared=form.who.data == SHARED)
        except RuleBroken as refusal:
            form.name.errors = [str(refusal)]
            view = _seen(view_id)
        else:
            _say_changed(view, before)
            return redirect(view_url(view), 303)
    page = render_template("lists/view.html", form=form, view=view, place=view.list_of, list_url=list_url)
    return page, 422 if form.errors else 200


@bp.post("/views/<int:view_id>/ask")
def ask_anew(view_id: int) -> ResponseReturnValue:
    """From now on the view asks what the list's page is asking."""
    asked = request.form.get("asked", "")
    if not is_storable(asked):
        abort(400)
    with writing():
        view = _to_change(view_id)
        before = services.ViewFacts.of(view)
        services.change_view(view, signed_in(), asked=asked)
    _say_changed(view, before)
    return redirect(view_url(view), 303)


def _say_changed(view: SavedView, before: services.ViewFacts) -> None:
    was = way_back(_change_of(view.id), [astuple(before), services.ViewFacts.of(view).mark], now())
    toast(_("Vyn är ändrad."), undo=url_for("lists.change_view_back", view_id=view.id, was=was))


@bp.post("/views/<int:view_id>/change-back")
def change_view_back(view_id: int) -> ResponseReturnValue:
    """As it was before the change that the address carries."""
    with writing():
        view = _to_change(view_id)
        before, mark = what_was(_change_of(view_id), request.args.get("was", ""), now())
        services.change_view_back(view, signed_in(), services.ViewFacts(*before), mark)
    toast(_("Ångrat. Vyn är som förut."))
    return redirect(view_url(view), 303)


@bp.post("/views/<int:view_id>/remove")
def remove_view(view_id: int) -> ResponseReturnValue:
    with writing():
        view = _to_change(view_id)
        services.remove_view(view, signed_in(), now())
        address = list_url(view.list_of)
    toast(_("Vyn är borttagen."), undo=url_for("lists.restore_view", view_id=view_id))
    return redirect(address, 303)


@bp.post("/views/<int:view_id>/restore")
def restore_view(view_id: int) -> ResponseReturnValue:
    with writing():
        view = view_to_change(view_id) or abort(404)
        services.restore_view(view, signed_in())
        address = view_url(view)
    toast(_("Vyn är tillbaka."))
    return redirect(address, 303)


def _change_of(view_id: int) -> str:
    return f"view {view_id}"


def list_called(word: str) -> ListOf:
    """The list of an address; 404 for none."""
    return ListOf(word) if word in list(ListOf) else abort(404)


def _seen(view_id: int) -> SavedView:
    view = db.session.get(SavedView, view_id)
    user = signed_in()
    if view is None or view.removed_at is not None or not (view.is_shared or view.user_id == user.id):
        abort(404)
    return view


def _to_change(view_id: int) -> SavedView:
    _seen(view_id)
    return view_to_change(view_id) or abort(404)
