"""The page of one trial, opened by the signed link in its mails: how it stands, what was agreed, what happens next.

A link only shows. Programs that read mail open links, so that what changes something is always a button.
"""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.consultations.booked_views import dead_links_lead_to_us
from app.core.access import public
from app.core.clock import now
from app.core.db import writing
from app.core.forms import csrf
from app.core.headers import keep_private
from app.core.language import current_language, local_day
from app.enquiries.deadlines import answer_due_at, due_words
from app.settings.queries import the_business
from app.trials.agreeing import REPLACED, TextReplaced, agree
from app.trials.agreement_texts import current_text
from app.trials.agreements import AgreementText
from app.trials.borrowed_forms import AgreeForm
from app.trials.borrowed_pages import BorrowedPage, borrowed_page
from app.trials.models import Trial
from app.trials.queries import trial_to_change
from app.trials.returning import say_returned
from app.trials.trial_links import read_trial
from app.trials.views import bp

LINK_OVER = "trials/link_over.html"


@bp.get("/trial/<token>")
@public
def borrowed(token: str) -> ResponseReturnValue:
    """One trial. A link that is over, or did not arrive whole, leads to us."""
    page = opened(token)
    return render_template(
        "trials/borrowed.html",
        page=page,
        token=token,
        due=due_words(answer_due_at(page.trial.requested_at)),
        business=the_business(),
    )


@bp.route("/trial/<token>/agreement", methods=["GET", "POST"])
@csrf.exempt
@public
def agreement(token: str) -> ResponseReturnValue:
    """The agreement to read, and a button that says yes; later what they said yes to. A second yes is no fault."""
    page = opened(token)
    if page.agreement is not None and request.method == "GET":
        return _agreement_page(token, page, page.agreement.text)
    text = current_text()
    if not page.may_agree or text is None:
        return redirect(url_for("trials.borrowed", token=token), 303)
    if request.method == "GET":
        return _agreement_page(token, page, text, AgreeForm(version=str(text.id)))
    return _say_yes(token, page, text, AgreeForm(request.form))


def _say_yes(token: str, page: BorrowedPage, text: AgreementText, form: AgreeForm) -> ResponseReturnValue:
    if form.version.data != str(text.id):
        return _read_again(token, page, form)
    if not form.validate():
        return _agreement_page(token, page, text, form), 422
    try:
        with writing():
            agree(_to_change(page.trial.id), text, form.name.data or "", now(), language=current_language())
    except TextReplaced:
        return _read_again(token, page, form)
    return redirect(url_for("trials.borrowed", token=token, agreed=1), 303)


def _read_again(token: str, page: BorrowedPage, form: AgreeForm) -> ResponseReturnValue:
    """The words were replaced while they were read: the new ones, with the name kept and the box empty."""
    newer = current_text() or abort(404)
    again = AgreeForm(version=str(newer.id), name=form.name.data)
    return _agreement_page(token, page, newer, again, REPLACED), 409


def _agreement_page(
    token: str, page: BorrowedPage, text: AgreementText, form: AgreeForm | None = None, refusal: Any = ""
) -> str:
    return render_template(
        "trials/agreement.html",
        page=page,
        token=token,
        text=text,
        form=form,
        refusal=refusal,
        business=the_business(),
    )


@bp.route("/trial/<token>/returned", methods=["GET", "POST"])
@csrf.exempt
@public
def returned(token: str) -> ResponseReturnValue:
    """Ask once more; a button says that it has been sent back. Said already is no fault."""
    page = opened(token)
    if not page.may_return:
        return redirect(url_for("trials.borrowed", token=token), 303)
    if request.method == "GET":
        return render_template("trials/returned.html", page=page, token=token, business=the_business())
    with writing():
        say_returned(_to_change(page.trial.id), now())
    return redirect(url_for("trials.borrowed", token=token), 303)


def opened(token: str) -> BorrowedPage:
    """The page that the link opens; whatever else happens to it, nobody keeps it."""
    keep_private()
    moment = now()
    with dead_links_lead_to_us(LINK_OVER):
        return borrowed_page(read_trial(token, moment), local_day(moment)) or abort(404)


def _to_change(trial_id: int) -> Trial:
    return trial_to_change(trial_id) or abort(404)
