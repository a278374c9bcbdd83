"""The trials behind sign-in: the list of them, the page of one, and the first answer to who asks."""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.core.toasts import toast
from app.trials.acts import Act, act_on, back_to
from app.trials.asking import judge as judge_request
from app.trials.desk_forms import MoneyForm, WhyForm
from app.trials.listing import TrialGroup, group_counts, trials_page
from app.trials.models import Trial
from app.trials.money import note_money
from app.trials.moves import HAS_DAYS_AHEAD, allowed
from app.trials.queries import curve_of, trial_to_change, trial_with_all
from app.trials.trial_pages import WALK, trial_page
from app.trials.unit_states import KEPT
from app.trials.views import bp

MONEY = Act(
    _l("Pengar"),
    _l("Noteras här och ingen annanstans. Inget faktureras."),
    _l("Spara"),
    "check",
    _l("Sparat."),
)


@bp.get("/trials")
def index() -> ResponseReturnValue:
    group = request.args.get("show", type=TrialGroup)
    if group is None and "show" in request.args:
        abort(404)
    return render_template(
        "trials/index.html",
        group=group,
        groups=TrialGroup,
        counts=group_counts(local_day(now())),
        page=trials_page(group, local_day(now()), request.args.get("after")),
    )


@bp.get("/trials/<int:trial_id>")
def detail(trial_id: int) -> ResponseReturnValue:
    return desk_page(trial_id, judge_form=WhyForm(formdata=None))


def desk_page(trial_id: int, **forms: Any) -> str:
    """The trial's page. A form that was refused is shown again with everything that was typed in it."""
    trial = trial_with_all(trial_id) or abort(404)
    moves = {
        "all": allowed(trial),
        "days": trial.state in HAS_DAYS_AHEAD,
        "unit": trial.state in KEPT,
    }
    return render_template(
        "trials/detail.html",
        page=trial_page(trial, local_day(now())),
        how=curve_of(trial),
        moves=moves,
        walk=WALK,
        **forms,
    )


@bp.post("/trials/<int:trial_id>/judge")
def judge(trial_id: int) -> ResponseReturnValue:
    """Whether it suits them: which button was pressed, and why."""
    form = WhyForm()
    suits = {"yes": True, "no": False}.get(request.form.get("suits", ""))
    if suits is None:
        abort(400 if trial_with_all(trial_id) else 404)
    if not form.validate():
        return desk_page(trial_id, judge_form=form), 422
    try:
        with writing():
            judge_request(trial_to_change(trial_id) or abort(404), suits, signed_in(), now(), form.why.data or None)
    except RuleBroken as refusal:
        form.take_refusal(refusal)
        return desk_page(trial_id, judge_form=form), 422
    toast(_("Bedömt: det passar. Reservera en enhet.") if suits else _("Provperioden blir inte av."))
    return back_to(trial_id)


@bp.route("/trials/<int:trial_id>/money", methods=["GET", "POST"])
def money(trial_id: int) -> ResponseReturnValue:
    """What is paid and agreed."""

    def do(trial: Trial, form: MoneyForm) -> None:
        note_money(trial, **form.amounts())

    return act_on(trial_id, MONEY, MoneyForm.showing, do)
