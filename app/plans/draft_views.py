"""Letters that wait for somebody: read, approved, put in other words, skipped."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.filters import moment_words
from app.core.toasts import toast
from app.leads.views import lead_url
from app.mail.wording import Words, for_our_eyes
from app.plans.drafts import approve, edit, letter_of, skip, words_in
from app.plans.forms import LetterForm
from app.plans.models import PlanDraft
from app.plans.queries import draft_to_change, draft_with_all, waiting_drafts
from app.plans.views import bp

ROWS = 100


@bp.get("/drafts/")
def drafts() -> ResponseReturnValue:
    return render_template("plans/drafts.html", drafts=waiting_drafts(ROWS))


@bp.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> ResponseReturnValue:
    found = draft_with_all(draft_id) or abort(404)
    words = words_in(found)
    return _page(found, LetterForm(formdata=None, data={"subject": words.subject, "body": words.body}))


@bp.get("/drafts/<int:draft_id>/letter")
def letter(draft_id: int) -> ResponseReturnValue:
    """The letter alone, for a row that is opened where it stands."""
    found = draft_with_all(draft_id) or abort(404)
    return render_template("plans/_letter.html", draft=found, letter=for_our_eyes(letter_of(found, now())))


@bp.post("/drafts/<int:draft_id>/edit")
def edit_draft(draft_id: int) -> ResponseReturnValue:
    """Keep the letter in other words; with the button that says so, approve it at once."""
    form = LetterForm()
    if not form.validate():
        return _page(draft_with_all(draft_id) or abort(404), form), 422
    try:
        with writing():
            found = _draft(draft_id)
            edit(found, Words(form.subject.data or "", form.body.data or ""))
            if "approve" in request.form:
                approve(found, signed_in(), now())
            words = _sent_words(found) if "approve" in request.form else _("Mejlet är sparat.")
    except RuleBroken as refusal:
        return _page(draft_with_all(draft_id) or abort(404), form, refusal.sentence), 409
    toast(words)
    return redirect(_back(found) if "approve" in request.form else url_for("plans.draft", draft_id=draft_id), 303)


def _page(found: PlanDraft, form: LetterForm, refusal: Any = "") -> str:
    letter = for_our_eyes(letter_of(found, now()))
    return render_template("plans/draft.html", draft=found, letter=letter, form=form, refusal=refusal)


@bp.post("/drafts/<int:draft_id>/approve")
def approve_draft(draft_id: int) -> ResponseReturnValue:
    with writing():
        found = _draft(draft_id)
        approve(found, signed_in(), now())
        words = _sent_words(found)
    return _decided(found, words)


@bp.post("/drafts/<int:draft_id>/skip")
def skip_draft(draft_id: int) -> ResponseReturnValue:
    with writing():
        found = _draft(draft_id)
        skip(found, signed_in(), now())
    return _decided(found, _("Mejlet är överhoppat. Planen går vidare till nästa steg."))


def _decided(found: PlanDraft, words: str) -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return render_template("plans/_row_decided.html", draft=found, words=words)
    toast(words)
    return redirect(_back(found), 303)


def _sent_words(found: PlanDraft) -> str:
    if found.due_at > now():
        later: str = _("Godkänt. Mejlet går %(moment)s.", moment=moment_words(found.due_at))
        return later
    at_once: str = _("Godkänt. Mejlet går nu.")
    return at_once


def _back(found: PlanDraft) -> str:
    places = {"today": url_for("home.today"), "drafts": url_for("plans.drafts")}
    return places.get(request.values.get("back", ""), lead_url(found.run.lead_id, "plans"))


def _draft(draft_id: int) -> PlanDraft:
    return draft_to_change(draft_id) or abort(404)
