"""The page that a mailed link opens: the conversation, and a form to go on with it."""

from contextlib import suppress
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.core import form_tokens, links
from app.core.access import public
from app.core.clock import now
from app.core.db import reading, writing
from app.core.errors import StorageUnavailable
from app.core.form_tokens import FormToken
from app.core.forms import csrf, has_broken_bytes
from app.core.headers import keep_private
from app.core.language import current_language
from app.enquiries.forms import ReplyForm
from app.enquiries.private_pages import PrivateKey, PrivatePage, private_page, read_key
from app.enquiries.queries import by_nonce
from app.enquiries.sent_forms import LARGEST_FORM, broken_words, not_stored
from app.enquiries.services import note_opening, record_reply, send_new_link
from app.enquiries.views import bp
from app.settings.queries import the_business

FORM = "reply"


@bp.route("/p/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def private(token: str) -> ResponseReturnValue:
    """One mailbox's side of a lead. An expired link shows how to get a new one."""
    keep_private()
    request.max_content_length = LARGEST_FORM
    try:
        key = read_key(token, now())
    except links.LinkBroken:
        abort(404)
    except links.LinkExpired as expired:
        if request.method == "GET" or not _reply_token(expired.data).is_fresh:
            return _offer_new_link(token), 410
        key = expired.data  # the page was open when the link's time ran out: what was written on it still counts
    return _receive(token, key) if request.method == "POST" else _show(token, key)


@bp.post("/p/<token>/new-link")
@csrf.exempt
@public
def new_link(token: str) -> ResponseReturnValue:
    """Mail a new link to the address that the old one was mailed to. The answer is the same whatever happened."""
    keep_private()
    key = _key_of_any_age(token)
    with writing():
        send_new_link(key, current_language(), now())
    return redirect(url_for("enquiries.new_link_sent"), 303)


@bp.get("/new-link")
@public
def new_link_sent() -> ResponseReturnValue:
    """Where to look for the new link."""
    return render_template("enquiries/new_link_sent.html", business=the_business())


def _key_of_any_age(token: str) -> PrivateKey:
    try:
        return read_key(token, now())
    except links.LinkExpired as expired:
        key: PrivateKey = expired.data
        return key
    except links.LinkBroken:
        abort(404)


def _offer_new_link(token: str) -> str:
    return render_template("enquiries/link_expired.html", token=token, business=the_business())


def _show(token: str, key: PrivateKey) -> ResponseReturnValue:
    form = ReplyForm()
    form.token.data = form_tokens.issue(FORM, key.lead_id, now())
    page = _page_of(key)
    with suppress(StorageUnavailable):  # that it was opened is worth less than showing it
        page = _note_opening(key, page)
    return _render(token, page, form)


def _note_opening(key: PrivateKey, page: PrivatePage) -> PrivatePage:
    """The one thing that a GET writes: that it was opened is a fact, and changes nothing for who opens it."""
    unopened = [answer.id for answer in page.answers if answer.opened_at is None]
    if unopened and request.method == "GET":
        with writing():
            note_opening(unopened, now())
        return _page_of(key)
    return page


def _page_of(key: PrivateKey) -> PrivatePage:
    return private_page(key) or abort(404)


def _render(token: str, page: PrivatePage, form: ReplyForm, refusal: str = "") -> str:
    return render_template(
        "enquiries/private.html", token=token, page=page, form=form, refusal=refusal, business=the_business()
    )


def _reply_token(key: PrivateKey) -> FormToken:
    return form_tokens.read(FORM, key.lead_id, request.form.get("token"), now())


def _receive(token: str, key: PrivateKey) -> ResponseReturnValue:
    is_broken = has_broken_bytes(request)
    form, form_token, moment = ReplyForm(request.form), _reply_token(key), now()
    try:
        with reading():
            page = _page_of(key)
            already = by_nonce(form_token.nonce) if form_token.nonce else None
        if already is not None:
            return _thank(token)
        refusal = (400, broken_words()) if is_broken else _refusal(form, form_token)
        if refusal is None:
            _store(key, form, form_token, moment)
            return _thank(token)
    except StorageUnavailable:
        return _no_storage(token, form)
    if not form_token.is_fresh:
        form.token.data = form_tokens.issue(FORM, key.lead_id, moment)
    status, sentence = refusal
    return _render(token, page, form, sentence), status


def _refusal(form: ReplyForm, form_token: FormToken) -> tuple[int, str] | None:
    if not form_tokens.comes_from_a_known_site(request):
        return 403, _("Formuläret skickades från en annan webbplats. Läs igenom det och skicka det härifrån.")
    is_filled = form.validate()
    if not form_token.is_fresh:
        return 422, _("Sidan hade varit öppen länge. Läs igenom det du har skrivit och skicka en gång till.")
    return None if is_filled else (422, "")


def _store(key: PrivateKey, form: ReplyForm, form_token: FormToken, moment: datetime) -> None:
    """Store the reply, once: whoever sends the same form again finds it there."""
    try:
        with writing():
            record_reply(_page_of(key), form.message.data or "", form_token.nonce, current_language(), moment)
    except IntegrityError:
        with reading():
            if by_nonce(form_token.nonce) is None:
                raise


def _no_storage(token: str, form: ReplyForm) -> ResponseReturnValue:
    """The form alone, with every word: the conversation cannot be read right now."""
    sentence = _("Just nu går det inte att spara, och inget har skickats. Vänta en liten stund och skicka sedan igen.")
    page = render_template("enquiries/private.html", token=token, page=None, form=form, refusal=sentence, business=None)
    return not_stored("a reply", page)


def _thank(token: str) -> ResponseReturnValue:
    return redirect(url_for("enquiries.private", token=token, sent=1, _anchor="sent"), 303)
