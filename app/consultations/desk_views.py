"""The page of one consultation behind sign-in: what to know before it, and what came of it."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sent_forms import draft_key, is_new_form
from app.accounts.sessions import signed_in
from app.consultations.agreeing import confirm as confirm_booking
from app.consultations.desk_forms import CancelForm, OutcomeForm
from app.consultations.ending import cancel as cancel_booking
from app.consultations.ending import settle_held, settle_missed
from app.consultations.letters import is_ours
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import changes_of, consultation_to_change, consultation_with_all
from app.consultations.views import bp
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.toasts import toast
from app.follow_ups.queries import suggested_next
from app.leads.queries import lost_reasons
from app.leads.stages import Stage
from app.leads.views import lead_url, lost_reason_of

MISSED_STATES = (ConsultationState.NO_SHOW, ConsultationState.COULD_NOT_COME)


@bp.get("/consultations/<int:consultation_id>")
def detail(consultation_id: int) -> ResponseReturnValue:
    return consultation_page(consultation_id)


def consultation_page(consultation_id: int, **forms: Any) -> str:
    """The consultation's page. A form that was refused is shown again with everything that was typed in it."""
    one = consultation_with_all(consultation_id) or abort(404)
    today = now().astimezone(local_zone()).date()
    page = {
        "one": one,
        "day": one.starts_at.astimezone(local_zone()).date(),
        "changes": changes_of(consultation_id),
        "outcome_form": OutcomeForm.suggesting(suggested_next(Stage.DECISION), today),
        "cancel_form": CancelForm(formdata=None),
        "lost_reasons": lost_reasons(),
        "missed_states": MISSED_STATES,
        "is_ours": is_ours(one),
    }
    return render_template("consultations/detail.html", **{**page, **forms})


@bp.post("/consultations/<int:consultation_id>/outcome")
def settle(consultation_id: int) -> ResponseReturnValue:
    """It was held: what it came to, and what comes next."""
    form = OutcomeForm()
    lost_reason = lost_reason_of(request.form)
    lost_reason_id = lost_reason.id if lost_reason else 0
    if not form.validate():
        return consultation_page(consultation_id, outcome_form=form, lost_reason_id=lost_reason_id), 422
    next_step = form.next_step(now(), local_zone())
    try:
        with writing():
            one = _to_change(consultation_id)
            lead_id = one.lead_id
            if is_new_form(draft_key(), now()):
                settle_held(
                    one,
                    form.outcome.data,
                    signed_in(),
                    now(),
                    note=form.note.data or None,
                    lost_reason=lost_reason,
                    next_step=next_step,
                )
    except RuleBroken as refusal:
        page = consultation_page(
            consultation_id, outcome_form=form, lost_reason_id=lost_reason_id, refusal=refusal.sentence
        )
        return page, 422
    toast(_("Konsultationen är genomförd."))
    return redirect(lead_url(lead_id, "next-step"), 303)


@bp.post("/consultations/<int:consultation_id>/missed/<state>")
def miss(consultation_id: int, state: str) -> ResponseReturnValue:
    """It came to nothing, in one of two ways."""
    if state not in MISSED_STATES:
        abort(404)
    with writing():
        one = _to_change(consultation_id)
        lead_id = one.lead_id
        is_owed = settle_missed(one, ConsultationState(state), signed_in(), now())
    toast(_("Noterat. Nästa steg är planerat.") if is_owed else _("Noterat."))
    return redirect(lead_url(lead_id, "next-step"), 303)


@bp.post("/consultations/<int:consultation_id>/cancel")
def cancel(consultation_id: int) -> ResponseReturnValue:
    form = CancelForm()
    if not form.validate():
        return consultation_page(consultation_id, cancel_form=form), 422
    with writing():
        one = _to_change(consultation_id)
        lead_id = one.lead_id
        cancel_booking(one, now(), actor=signed_in(), why=form.why.data or None)
    toast(_("Tiden är avbokad."))
    return redirect(lead_url(lead_id, "next-step"), 303)


@bp.post("/consultations/<int:consultation_id>/confirm")
def confirm(consultation_id: int) -> ResponseReturnValue:
    """Yes to a time that was asked for."""
    with writing():
        confirm_booking(_to_change(consultation_id), signed_in(), now())
    toast(_("Tiden är bekräftad."))
    if request.values.get("back") == "today":
        return redirect(url_for("home.today"), 303)
    return redirect(url_for("consultations.detail", consultation_id=consultation_id), 303)


def _to_change(consultation_id: int) -> Consultation:
    return consultation_to_change(consultation_id) or abort(404)
