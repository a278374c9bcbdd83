"""The page where a list of units becomes units: first what each line would be, then all of them at once."""

from hashlib import sha256

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.trials.unit_forms import UnitListForm
from app.trials.unit_import import Outcome, Plan, import_units, plan_import
from app.trials.unit_lists import Column
from app.trials.views import bp


@bp.route("/trials/units/import", methods=["GET", "POST"])
def import_list() -> ResponseReturnValue:
    """Show what the list would become, and import it once that very list has been seen."""
    form = UnitListForm()
    if not form.validate_on_submit():
        return _page(form), 422 if form.errors else 200
    text = form.text.data or ""
    try:
        if request.form.get("act") == "import" and request.form.get("seen") == _mark(text):
            return _imported(text)
        plan = plan_import(text)
    except RuleBroken as refusal:
        form.text.errors = [refusal.sentence]
        return _page(form), 422
    return _page(form, plan, _mark(text)), 422 if plan.counts[Outcome.WRONG] else 200


def _imported(text: str) -> ResponseReturnValue:
    with writing():
        counts = import_units(plan_import(text), signed_in(), now())
    toast(
        _(
            "Listan är inläst. Nya: %(new)s, ändrade: %(changed)s.",
            new=counts[Outcome.NEW],
            changed=counts[Outcome.CHANGED],
        )
    )
    return redirect(url_for("trials.units"), 303)


def _page(form: UnitListForm, plan: Plan | None = None, seen: str = "") -> str:
    return render_template(
        "trials/import_units.html", form=form, plan=plan, seen=seen, columns=Column, outcomes=Outcome
    )


def _mark(text: str) -> str:
    """What tells one list from another."""
    return sha256(text.encode()).hexdigest()
