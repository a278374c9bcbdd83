"""What comes of a trial, said at the desk: on its way back, looked over, bought or not, or called off."""

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.core.toasts import toast
from app.leads.models import LostReason
from app.leads.queries import lost_reasons
from app.trials import ending, returning
from app.trials.acts import Act, act_on, back_to
from app.trials.desk_forms import WhyForm
from app.trials.ending_forms import BuyForm, BuyNewForm, CheckForm, DecisionForm, MustSayWhyForm, NotBuyForm
from app.trials.models import Trial
from app.trials.moves import HAS_BEEN_OUT, MOVES, Move
from app.trials.queries import trial_to_change
from app.trials.views import bp

CHECK = Act(
    _l("Kontrollera enheten"),
    _l("Titta igenom enheten. Är den som den ska kan den lånas ut igen från och med i dag."),
    _l("Enheten är kontrollerad"),
    "shield-check",
    _l("Enheten är kontrollerad."),
    MOVES[Move.CHECK].starts,
)
DECIDE = Act(
    _l("Vad blir det?"),
    _l("Det som har sagts syns på provperioden. Enheten räknas som utlånad tills den är här eller köpt."),
    _l("Spara vad de har sagt"),
    "check",
    _l("Sparat."),
    HAS_BEEN_OUT,
)
BUY_THIS = Act(
    _l("De köper den här enheten"),
    _l("Enheten blir såld och provperioden avslutad. Affären blir vunnen, om ingen annan enhet är hos dem."),
    _l("Spara köpet"),
    "trophy",
    _l("Köpet är sparat."),
    MOVES[Move.BUY_THIS].starts,
)
BUY_NEW = Act(
    _l("De köper en ny enhet"),
    _l(
        "Den utlånade enheten stannar hos oss, och provperioden är avslutad. Affären blir vunnen, om ingen annan enhet"
        " är hos dem."
    ),
    _l("Spara köpet"),
    "trophy",
    _l("Köpet är sparat."),
    MOVES[Move.BUY_NEW].starts,
)
NOT_BUY = Act(
    _l("De köper inte"),
    _l(
        "Provperioden avslutas. Affären blir förlorad av den anledningen, om de inte har köpt eller har en annan enhet"
        " hos sig."
    ),
    _l("Avsluta utan köp"),
    "circle-x",
    _l("Provperioden är avslutad utan köp."),
    MOVES[Move.NOT_BUY].starts,
)
LOSE = Act(
    _l("Enheten är borta"),
    _l("Enheten räknas som borta och lånas inte ut mer. Kommer den till rätta ändrar du det på enhetens sida."),
    _l("Enheten är borta"),
    "alert-triangle",
    _l("Enheten är noterad som borta."),
    MOVES[Move.LOSE].starts,
)
CANCEL = Act(
    _l("Ställ in provperioden"),
    _l("Enheten blir ledig igen för de dagarna. Affären finns kvar."),
    _l("Ställ in provperioden"),
    "circle-x",
    _l("Provperioden är inställd."),
    MOVES[Move.CANCEL].starts,
)
DECLINE = Act(
    _l("Det passar inte"),
    _l("Det blir ingen provperiod. Det du skriver läses bara här."),
    _l("Säg nej till provperioden"),
    "circle-x",
    _l("Provperioden blir inte av."),
    MOVES[Move.DECLINE].starts,
)


@bp.post("/trials/<int:trial_id>/note-returned")
def note_returned(trial_id: int) -> ResponseReturnValue:
    """They told us that it is on its way."""
    with writing():
        returning.say_returned(_to_change(trial_id), now(), actor=signed_in())
    toast(_("Noterat. Enheten är på väg tillbaka."))
    return back_to(trial_id)


@bp.post("/trials/<int:trial_id>/never-came")
def never_came(trial_id: int) -> ResponseReturnValue:
    """It was said to be on its way, and is not here."""
    with writing():
        returning.never_came(_to_change(trial_id), signed_in(), now())
    toast(_("Noterat. Enheten räknas som utlånad igen."))
    return back_to(trial_id)


@bp.route("/trials/<int:trial_id>/check", methods=["GET", "POST"])
def check(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: CheckForm) -> None:
        needs_service = bool(form.needs_service.data)
        returning.check(trial, signed_in(), now(), needs_service=needs_service, why=form.why.data or "")

    return act_on(trial_id, CHECK, lambda trial: CheckForm(), do)


@bp.route("/trials/<int:trial_id>/decide", methods=["GET", "POST"])
def decide(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: DecisionForm) -> None:
        ending.decide(trial, form.decision.data, signed_in(), now())

    return act_on(trial_id, DECIDE, lambda trial: DecisionForm(data={"decision": trial.decision}), do)


@bp.route("/trials/<int:trial_id>/buy-this", methods=["GET", "POST"])
def buy_this(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: BuyForm) -> None:
        ending.buy_this(trial, form.sale(), signed_in(), now())

    return act_on(trial_id, BUY_THIS, lambda trial: BuyForm.suggesting(trial, local_day(now())), do)


@bp.route("/trials/<int:trial_id>/buy-new", methods=["GET", "POST"])
def buy_new(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: BuyNewForm) -> None:
        ending.buy_new(trial, form.sale(), signed_in(), now(), new_unit=form.new_unit)

    return act_on(trial_id, BUY_NEW, lambda trial: BuyNewForm.suggesting(trial, local_day(now())), do)


@bp.route("/trials/<int:trial_id>/not-buy", methods=["GET", "POST"])
def not_buy(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: NotBuyForm) -> None:
        ending.not_buy(trial, db.session.get_one(LostReason, form.lost_reason.data), signed_in(), now())

    return act_on(trial_id, NOT_BUY, lambda trial: NotBuyForm.offering(lost_reasons()), do)


@bp.route("/trials/<int:trial_id>/lose", methods=["GET", "POST"])
def lose(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: MustSayWhyForm) -> None:
        ending.lose(trial, signed_in(), now(), form.why.data or "")

    return act_on(trial_id, LOSE, lambda trial: MustSayWhyForm(), do)


@bp.route("/trials/<int:trial_id>/cancel", methods=["GET", "POST"])
def cancel(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: WhyForm) -> None:
        ending.cancel(trial, signed_in(), now(), form.why.data or None)

    return act_on(trial_id, CANCEL, lambda trial: WhyForm(), do)


@bp.route("/trials/<int:trial_id>/decline", methods=["GET", "POST"])
def decline(trial_id: int) -> ResponseReturnValue:
    def do(trial: Trial, form: WhyForm) -> None:
        ending.decline(trial, signed_in(), now(), form.why.data or None)

    return act_on(trial_id, DECLINE, lambda trial: WhyForm(), do)


def _to_change(trial_id: int) -> Trial:
    return trial_to_change(trial_id) or abort(404)
