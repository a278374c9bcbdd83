"""The page where the owner says what is rated during a trial, and how long that is kept."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations.kinds import Audience
from app.core.access import owner_only
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.trials.keeping import change_rules, the_rules
from app.trials.scale_forms import MOST_SCALES, ScalesForm, with_scales_rearranged
from app.trials.scale_queries import every_scale, rated_scales, scales_for
from app.trials.scales import FEWEST, MOST, change_scales
from app.trials.views import bp


@bp.route("/trials/scales", methods=["GET", "POST"])
@owner_only
def scales() -> ResponseReturnValue:
    """The scales as one list, with how long is kept what is told, at its foot."""
    if request.method == "GET":
        return _editor(ScalesForm.showing(every_scale(), the_rules()))
    if "act" in request.form:
        return _editor(ScalesForm(with_scales_rearranged(request.form, request.form["act"])))
    form = ScalesForm()
    if not form.validate():
        return _editor(form), 422
    try:
        with writing():
            change_scales(form.scale_facts())
            change_rules(form.ratings_kept_days.data or 0, form.answers_kept_days.data or 0)
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Skalorna är sparade."))
    return redirect(url_for("trials.scales"), 303)


def _editor(form: ScalesForm, **more: Any) -> str:
    return render_template(
        "trials/scales.html",
        form=form,
        rated=rated_scales(),
        too_few=[each for each in (Audience.PERSON, Audience.HORSE) if len(scales_for(each)) < FEWEST],
        fewest=FEWEST,
        most=MOST,
        most_scales=MOST_SCALES,
        **more,
    )
