"""A page for a person whom nothing is owed to yet: a contact without a lead."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.contacts.adding import add_by_hand, alike
from app.contacts.forms import ContactForm
from app.contacts.services import person
from app.contacts.views import bp
from app.core.clock import now
from app.core.db import writing
from app.core.toasts import toast


@bp.route("/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Ask who it is; where others may be the same person, show them before anything is stored."""
    form = ContactForm()
    if not form.validate_on_submit():
        return render_template("contacts/add.html", form=form, alike=()), 422 if form.errors else 200
    who = person(**form.facts())
    others = () if "anyway" in request.form else alike(who)
    if others:
        return render_template("contacts/add.html", form=form, alike=others)
    with writing():
        contact_id = add_by_hand(who, now()).id
    toast(_("Kontakten är tillagd."))
    return redirect(url_for("contacts.detail", contact_id=contact_id), 303)
