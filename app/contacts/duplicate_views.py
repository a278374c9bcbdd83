"""Contacts who may be one person: a list of pairs, each to be decided."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.views import here
from app.contacts.details import decide_duplicate, reopen_duplicate
from app.contacts.duplicates import count_pairs, pairs_page
from app.contacts.queries import duplicate_to_decide
from app.contacts.views import bp
from app.core.clock import now
from app.core.db import writing
from app.core.toasts import toast


@bp.app_template_global()
def duplicates_waiting() -> int:
    """How many pairs wait to be decided."""
    return count_pairs()


@bp.get("/duplicates/")
def duplicates() -> ResponseReturnValue:
    page = pairs_page(request.args.get("after"))
    return render_template("contacts/duplicates.html", page=page, count=count_pairs())


@bp.post("/duplicates/<int:duplicate_id>")
def decide(duplicate_id: int) -> ResponseReturnValue:
    """They are two people. That they are one is said by merging them."""
    with writing():
        decide_duplicate(duplicate_to_decide(duplicate_id) or abort(404), False, now())
    toast(_("Noterat: olika personer."), undo=url_for("contacts.ask_again", duplicate_id=duplicate_id))
    return redirect(here(request.form.get("next")) or url_for("contacts.duplicates"), 303)


@bp.post("/duplicates/<int:duplicate_id>/ask-again")
def ask_again(duplicate_id: int) -> ResponseReturnValue:
    with writing():
        reopen_duplicate(duplicate_to_decide(duplicate_id) or abort(404))
    toast(_("Frågan väntar på svar igen."))
    return redirect(url_for("contacts.duplicates"), 303)
