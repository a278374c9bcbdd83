"""A unit changes hands, at the desk or at the stable: out, back, and the agreement on paper before it."""

from datetime import time

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_day, local_zone
from app.core.uploads import takes_files
from app.core.wall_clock import moment_of
from app.trials import lending, returning
from app.trials.acts import Act, act_on
from app.trials.agreeing import agree
from app.trials.agreement_texts import current_text
from app.trials.agreements import AgreedBy
from app.trials.handing_over import protocols_of, write_protocol
from app.trials.models import Trial, TrialState
from app.trials.money import note_deposit_back, note_deposit_paid
from app.trials.moves import MOVES, Move
from app.trials.photos import take_in
from app.trials.protocol_forms import HandOverForm, PaperForm, TakeBackForm
from app.trials.protocols import Look, PhotoKind, ProtocolKind
from app.trials.queries import trial_with_all
from app.trials.rating import baseline
from app.trials.units import DeviceUnit
from app.trials.views import bp

NOON = time(12, 0)
"""Of a day that has passed only the day is known."""

HAND_OVER = Act(
    _l("Lämna ut enheten"),
    _l("Enheten är utlånad från den dagen, och det som är planerat runt provperioden börjar."),
    _l("Lämna ut enheten"),
    "packages",
    _l("Enheten är utlämnad."),
    (TrialState.RESERVED, *MOVES[Move.HAND_OVER].starts),
    "trials/hand_over.html",
)
TAKE_BACK = Act(
    _l("Ta emot enheten"),
    _l("Provperiodens sista dag blir den dag som enheten kom tillbaka."),
    _l("Ta emot enheten"),
    "packages",
    _l("Enheten är tillbaka."),
    MOVES[Move.RECEIVE].starts,
    "trials/take_back.html",
)
AGREE_ON_PAPER = Act(
    _l("Avtal på papper"),
    _l("För den som har skrivit under på papper i stället för på sin egen sida."),
    _l("Spara avtalet"),
    "check",
    _l("Avtalet är sparat. Enheten kan lämnas ut."),
    MOVES[Move.AGREE].starts,
    "trials/agree_on_paper.html",
)


@bp.route("/trials/<int:trial_id>/agreement-on-paper", methods=["GET", "POST"])
@takes_files
def agree_on_paper(trial_id: int) -> ResponseReturnValue:
    """Who signed, when, and a photo that proves it."""

    def do(trial: Trial, form: PaperForm) -> None:
        text = current_text()
        if text is None:
            raise RuleBroken(_l("Det finns inget avtal att skriva under än. Skriv det först."))
        agreed = agree(trial, text, form.name.data or "", now(), actor=signed_in(), agreed_by=AgreedBy.PAPER)
        if form.on != local_day(now()):
            agreed.agreed_at = moment_of(form.on, NOON, local_zone())
        take_in(trial, PhotoKind.AGREEMENT, form.photos.pictures, now())

    return act_on(trial_id, AGREE_ON_PAPER, lambda trial: PaperForm.for_trial(trial, local_day(now())), do)


@bp.route("/trials/<int:trial_id>/hand-over", methods=["GET", "POST"])
@takes_files
def hand_over(trial_id: int) -> ResponseReturnValue:
    """One write: the unit goes out, and what was seen, paid and said then is kept."""

    def do(trial: Trial, form: HandOverForm) -> None:
        unit = db.session.get(DeviceUnit, form.unit.data) or abort(404)
        on, actor = form.on, signed_in()
        lending.hand_over(trial, unit, on, actor, now())
        write_protocol(trial, ProtocolKind.HAND_OVER, **form.written(), actor=actor, now=now())
        take_in(trial, PhotoKind.HAND_OVER, form.photos.pictures, now())
        note_deposit_paid(trial, form.deposit.data or 0, on if form.is_deposit_paid.data else None)
        started = form.baseline
        has_said_yes = bool(started.consent.data)
        baseline(trial, started.numbers, started.words.data, actor, now(), on=on, has_said_yes=has_said_yes)

    return act_on(trial_id, HAND_OVER, lambda trial: HandOverForm.for_trial(trial, local_day(now())), do)


@bp.route("/trials/<int:trial_id>/return", methods=["GET", "POST"])
@takes_files
def take_back(trial_id: int) -> ResponseReturnValue:
    """One write: the unit is back, with what was seen then; and looked over, where that was done at once."""

    def do(trial: Trial, form: TakeBackForm) -> None:
        on, actor = form.on, signed_in()
        write_protocol(trial, ProtocolKind.RETURN, **form.written(), actor=actor, now=now())
        returning.receive(trial, on, actor, now())
        take_in(trial, PhotoKind.RETURN, form.photos.pictures, now())
        if "is_deposit_back" in form and form.is_deposit_back.data:
            note_deposit_back(trial, on)
        if form.check.data is not Look.LATER:
            needs_service = form.check.data is Look.SERVICE
            returning.check(trial, actor, now(), needs_service=needs_service, why=form.why.data or "")

    return act_on(trial_id, TAKE_BACK, lambda trial: TakeBackForm.for_trial(trial, local_day(now())), do)


@bp.get("/trials/<int:trial_id>/protocol")
def protocol(trial_id: int) -> ResponseReturnValue:
    """Both protocols on a sheet of paper, with lines to sign."""
    trial = trial_with_all(trial_id) or abort(404)
    return render_template("trials/protocol.html", trial=trial, protocols=protocols_of(trial_id))
