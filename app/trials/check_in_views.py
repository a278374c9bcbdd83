"""The page where a borrower says how it goes, sees their own curve, and takes their yes back. No sign-in, no script."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.contacts.consents import withdraw_consent
from app.contacts.models import ConsentPurpose
from app.core import form_tokens
from app.core.access import public
from app.core.clock import now
from app.core.db import reading, writing
from app.core.errors import RuleBroken, StorageUnavailable
from app.core.form_tokens import FormToken
from app.core.forms import csrf, has_broken_bytes
from app.core.headers import keep_private
from app.core.language import current_language, local_day
from app.enquiries.sent_forms import LARGEST_FORM, broken_words, not_stored
from app.settings.queries import the_business
from app.trials import rating
from app.trials.borrowed_views import opened
from app.trials.check_in_queries import check_in_on, kind_asked_for, may_withdraw
from app.trials.check_ins import CheckIn
from app.trials.keeping import the_rules
from app.trials.models import Trial
from app.trials.queries import curve_of, trial_to_change
from app.trials.rating import allow
from app.trials.rating_forms import CheckInForm, check_in_form
from app.trials.views import bp

FORM = "check-in"


@bp.route("/trial/<token>/check-in", methods=["GET", "POST"])
@csrf.exempt
@public
def check_in(token: str) -> ResponseReturnValue:
    """How it goes today. The same day again changes what was said."""
    keep_private()
    if request.method == "GET":
        return _show(_Asked.of(token))
    request.max_content_length = LARGEST_FORM
    is_broken = has_broken_bytes(request)
    try:
        with reading():
            return _receive(_Asked.of(token), is_broken=is_broken)
    except StorageUnavailable:
        return not_stored("a check-in", render_template("trials/send_again.html", sent=request.form))


@bp.route("/trial/<token>/check-in/withdraw", methods=["GET", "POST"])
@csrf.exempt
@public
def withdraw_check_ins(token: str) -> ResponseReturnValue:
    """Ask once more; a button takes the yes back and deletes. Taken back already is no fault."""
    trial = _Asked.of(token).trial
    if request.method == "POST" and trial.handed_over_at is not None:
        with writing():
            if trial.lead is not None:
                withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, None, now())
        return redirect(url_for("trials.check_in", token=token, withdrawn=1), 303)
    if not may_withdraw(trial):
        return redirect(url_for("trials.check_in", token=token))
    return render_template("trials/withdraw_check_ins.html", token=token, business=the_business())


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom the page asks, and what they have said today."""

    token: str
    trial: Trial
    so_far: CheckIn | None

    @classmethod
    def of(cls, token: str) -> "_Asked":
        """What the link opens; nobody is asked any more once they are erased."""
        page = opened(token)
        if page.trial.lead is None:
            abort(404)
        return cls(token, page.trial, check_in_on(page.trial.id, page.today))


def _show(asked: _Asked) -> str:
    form = check_in_form(asked.trial, so_far=asked.so_far)
    form.token.data = form_tokens.issue(FORM, asked.trial.id, now())
    return _page(asked, form)


def _page(asked: _Asked, form: CheckInForm, refusal: str = "") -> str:
    return render_template(
        "trials/check_in.html",
        token=asked.token,
        trial=asked.trial,
        so_far=asked.so_far,
        form=form,
        refusal=refusal,
        kept_days=the_rules().ratings_kept_days,
        how=curve_of(asked.trial),
        business=the_business(),
    )


def _receive(asked: _Asked, *, is_broken: bool) -> ResponseReturnValue:
    form = check_in_form(asked.trial, request.form)
    token = form_tokens.read(FORM, asked.trial.id, form.token.data, now())
    refusal = (400, broken_words()) if is_broken else _refusal(form, token)
    if refusal is None:
        try:
            _store(asked.trial.id, form)
            return redirect(url_for("trials.check_in", token=asked.token, done=1), 303)
        except RuleBroken as broken:
            refusal = (409, broken.sentence)
    status, sentence = refusal
    if not token.is_fresh:
        form.token.data = form_tokens.issue(FORM, asked.trial.id, now())
    return _page(asked, form, sentence), status


def _refusal(form: CheckInForm, token: FormToken) -> tuple[int, str] | None:
    """Why the form goes back: a status, and a sentence where no field says it."""
    is_filled = form.validate()
    return form_tokens.refusal(request, token) or (None if is_filled else (422, ""))


def _store(trial_id: int, form: CheckInForm) -> None:
    """Keep it, and with the first one the yes that came with it."""
    moment = now()
    with writing():
        trial = trial_to_change(trial_id) or abort(404)
        if form.consent.data:
            allow(trial, current_language(), moment)
        kind = kind_asked_for(trial.id, local_day(moment))
        rating.check_in(trial, form.numbers, form.words.data, form.wants_call.data, kind, moment)
