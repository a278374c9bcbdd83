"""Erasing a person: what goes, what stays and why, and one button."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.consultations.queries import ahead_of
from app.contacts.erasing import erase as erase_contact
from app.contacts.models import Contact
from app.contacts.views import bp
from app.core.clock import now
from app.core.db import db, writing
from app.core.toasts import toast
from app.leads.queries import leads_of
from app.trials.queries import trials_of


@bp.route("/<int:contact_id>/erase", methods=["GET", "POST"])
def erase(contact_id: int) -> ResponseReturnValue:
    """Ask once more, and say what becomes of what; a button erases."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    if request.method == "POST":
        with writing():
            erase_contact(db.session.get(Contact, contact_id) or abort(404), signed_in(), now())
        toast(_("Personen är raderad."))
        return redirect(url_for("contacts.index"), 303)
    lead_ids = [lead.id for lead in leads_of(contact_id)]
    return render_template(
        "contacts/erase.html",
        contact=contact,
        lead_count=len(lead_ids),
        talks=ahead_of(*lead_ids),
        trials=trials_of(lead_ids),
    )
