"""The enquiries that wait, and what the reseller does about them. What visitors open is in `public.py`."""

from datetime import datetime
from enum import StrEnum

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sent_forms import draft_key, is_new_form
from app.accounts.sessions import signed_in
from app.core.access import is_sent_by_script
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.labels import label
from app.core.language import local_zone
from app.core.paging import Order, page_of
from app.core.toasts import toast
from app.core.ways_back import way_back, what_was
from app.enquiries.answer_form import AnswerForm
from app.enquiries.closing import close_without_answer
from app.enquiries.closing import reopen as reopen_enquiry
from app.enquiries.deadlines import answer_due_at
from app.enquiries.labels import TAB_LABELS, TAB_STATES
from app.enquiries.models import Enquiry
from app.enquiries.quarantine import mark_as_spam, release
from app.enquiries.queries import (
    answer_address,
    count_waiting,
    enquiries_of,
    enquiry_to_change,
    in_state,
    open_enquiries_of,
)
from app.enquiries.services import answer as answer_lead
from app.enquiries.spam import Rung
from app.follow_ups.dues import urgency
from app.follow_ups.queries import next_steps
from app.leads.page_views import lead_page
from app.leads.queries import lead_to_change, lead_with_all
from app.leads.views import lead_url

bp = Blueprint("enquiries", __name__)

WAITED_LONGEST = (Order((Enquiry.received_at, Enquiry.id)),)
NEWEST = (Order((Enquiry.received_at, Enquiry.id), is_descending=True),)


@bp.app_template_global()
def answer_due(enquiry: Enquiry) -> datetime:
    """By when the visitor was told to have an answer."""
    return answer_due_at(enquiry.received_at)


@bp.app_template_global()
def answer_urgency(enquiry: Enquiry) -> StrEnum:
    """The chip of what is left of that time."""
    return urgency(answer_due(enquiry), now(), local_zone())


@bp.app_template_global()
def suspicions(enquiry: Enquiry) -> str:
    """Why it was taken for spam, in words."""
    return ", ".join(label(Rung(name)) for name in enquiry.spam_reasons.split(",") if name)


@bp.get("/enquiries/")
def index() -> ResponseReturnValue:
    tab = request.args.get("show", "open")
    state = TAB_STATES.get(tab) or abort(404)
    order = WAITED_LONGEST if tab == "open" else NEWEST
    page = page_of(in_state(state), order, request.args.get("after"))
    enquiries = [row[0] for row in page.rows]
    return render_template(
        "enquiries/index.html",
        tab=tab,
        tab_states=TAB_STATES,
        tab_labels=TAB_LABELS,
        counts=count_waiting(),
        enquiries=enquiries,
        after=page.after,
    )


@bp.route("/leads/<int:lead_id>/answer", methods=["GET", "POST"])
def answer(lead_id: int) -> ResponseReturnValue:
    """Write to the visitor, on the lead's page or in a row of Today."""
    if request.method == "GET":
        return _answering(lead_id)
    form = AnswerForm()
    if not form.validate():
        return lead_page(lead_id, answer_form=form, compose="answer"), 422
    try:
        with writing():
            if is_new_form(draft_key(), now()):
                lead = lead_to_change(lead_id) or abort(404)
                answer_lead(lead, form.answer.data or "", signed_in(), now(), form.seen())
            is_asked_more = bool(open_enquiries_of(lead_id))
    except RuleBroken as refusal:
        form.answer.errors = [str(refusal)]
        return lead_page(lead_id, answer_form=form, compose="answer"), 409
    return _answered(lead_id, is_asked_more=is_asked_more)


def _answering(lead_id: int) -> str:
    if "HX-Request" not in request.headers:
        return lead_page(lead_id, compose="answer")
    lead = lead_with_all(lead_id) or abort(404)
    return render_template(
        "enquiries/_row_answers.html", lead=lead, enquiries=enquiries_of(lead_id), answer_to=answer_address(lead)
    )


def _answered(lead_id: int, *, is_asked_more: bool) -> ResponseReturnValue:
    is_row = request.args.get("back") == "today"
    if is_row and is_sent_by_script():
        planned = next_steps([lead_id]).get(lead_id)
        return render_template("enquiries/_row_answered.html", lead=lead_with_all(lead_id), planned=planned)
    words = [_("Svaret är sparat, och ett mejl med en länk till det är på väg.")]
    if is_asked_more:
        words.append(_("Medan du skrev kom en fråga till, som väntar på svar."))
    toast(" ".join(words))
    return redirect(url_for("home.today") if is_row else lead_url(lead_id, "next-step"), 303)


@bp.post("/enquiries/<int:enquiry_id>/release")
def let_out(enquiry_id: int) -> ResponseReturnValue:
    with writing():
        enquiry = _enquiry(enquiry_id)
        release(enquiry, now())
        lead_id = enquiry.lead_id or abort(404)
    toast(_("Förfrågan är släppt ur karantänen."))
    return redirect(lead_url(lead_id), 303)


@bp.post("/enquiries/<int:enquiry_id>/spam")
def spam(enquiry_id: int) -> ResponseReturnValue:
    with writing():
        mark_as_spam(_enquiry(enquiry_id), signed_in(), now())
    undo = url_for("enquiries.let_out", enquiry_id=enquiry_id)
    return _settled(_("Förfrågan är flyttad till karantän."), undo)


@bp.post("/enquiries/<int:enquiry_id>/close")
def close(enquiry_id: int) -> ResponseReturnValue:
    closed_at = now()
    with writing():
        close_without_answer(_enquiry(enquiry_id), signed_in(), closed_at)
    was = way_back(_closing_of(enquiry_id), closed_at.isoformat(), closed_at)
    return _settled(_("Förfrågan är avslutad utan svar."), url_for("enquiries.reopen", enquiry_id=enquiry_id, was=was))


@bp.post("/enquiries/<int:enquiry_id>/reopen")
def reopen(enquiry_id: int) -> ResponseReturnValue:
    """Open again, as it was before the closing that the address carries."""
    db.session.get(Enquiry, enquiry_id) or abort(404)
    closed_at = what_was(_closing_of(enquiry_id), request.args.get("was", ""), now())
    with writing():
        reopen_enquiry(_enquiry(enquiry_id), datetime.fromisoformat(closed_at), now())
    return _settled(_("Ångrat. Förfrågan väntar på svar igen."))


def _closing_of(enquiry_id: int) -> str:
    return f"closing of enquiry {enquiry_id}"


def _settled(words: str, undo: str = "") -> ResponseReturnValue:
    toast(words, undo=undo)
    return redirect(url_for("enquiries.index"), 303)


def _enquiry(enquiry_id: int) -> Enquiry:
    return enquiry_to_change(enquiry_id) or abort(404)
