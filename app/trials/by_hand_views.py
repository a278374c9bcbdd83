"""A trial that we write down ourselves, for somebody who called or came by."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.consultations.kinds import Audience
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.leads.listing import open_leads_found
from app.leads.queries import lead_with_all
from app.trials.asking import ask_for
from app.trials.asking_queries import questions_for
from app.trials.by_hand_forms import by_hand_form
from app.trials.model_queries import every_model
from app.trials.units import DeviceModel
from app.trials.views import bp
from app.trials.visitors import audience_of


@bp.get("/trials/add")
def choose_lead() -> ResponseReturnValue:
    """Who wants to try: the leads that are found, or the latest active."""
    words = request.args.get("q", "").strip()
    return render_template("trials/choose_lead.html", words=words, leads=open_leads_found(words, now()))


@bp.route("/leads/<int:lead_id>/trials/add", methods=["GET", "POST"])
def add(lead_id: int) -> ResponseReturnValue:
    """What they want to try, and what they answer to the owner's questions."""
    lead = lead_with_all(lead_id) or abort(404)
    audience = audience_of(lead.subject.kind)
    models = _models_for(audience)
    form = by_hand_form(models, questions_for(audience))
    if request.method == "GET" or not form.validate():
        page = render_template("trials/add.html", lead=lead, form=form, models=models)
        return page, 422 if form.errors else 200
    try:
        with writing():
            trial = ask_for(
                lead_with_all(lead_id) or abort(404),
                db.session.get(DeviceModel, form.model.data) or abort(404),
                signed_in(),
                now(),
                audience=audience,
                answers=form.answers,
                wishes=form.wishes.data or None,
            )
            trial_id = trial.id
    except RuleBroken as refusal:
        form.take_refusal(refusal)
        return render_template("trials/add.html", lead=lead, form=form, models=models), 422
    toast(_("Provperioden är tillagd. Bedöm om det passar."))
    return redirect(url_for("trials.detail", trial_id=trial_id), 303)


def _models_for(audience: Audience) -> Sequence[DeviceModel]:
    """Also those that visitors cannot ask for themselves."""
    return [model for model in every_model() if model.audience in (audience, Audience.BOTH)]
