"""What visitors open: the form, the thanks. Hung on the room's blueprint; no sign-in, no cookie, no script."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.articles.models import Article
from app.contacts.consent_texts import CURRENT, current_words
from app.contacts.models import ConsentPurpose, ReachBy, SubjectKind
from app.contacts.services import person
from app.core import form_tokens, links
from app.core.access import public
from app.core.attribution import LONGEST, carried, trimmed
from app.core.clock import now
from app.core.db import reading, writing
from app.core.errors import StorageUnavailable
from app.core.form_tokens import FormToken, TokenState
from app.core.forms import csrf, has_broken_bytes
from app.core.headers import PRIVATE_PAGE
from app.core.keys import current_keys
from app.core.language import current_language
from app.core.network_addresses import network
from app.enquiries.deadlines import answer_due_at, due_words
from app.enquiries.forms import EnquiryForm
from app.enquiries.models import Enquiry, Wish
from app.enquiries.queries import article_asked_about, by_nonce, by_reference
from app.enquiries.sent_forms import LARGEST_FORM, broken_words, is_reachable, not_stored
from app.enquiries.services import Limits, SentEnquiry, record_enquiry
from app.enquiries.spam import Rung
from app.enquiries.views import bp
from app.settings.queries import the_business

FORM = "enquiry"
THANKS = "thanks"
THANKS_LIVE = timedelta(days=30)
LONGEST_PAGE = 300
"""Letters of the address of a page that are kept."""


@bp.route("/articles/<slug>/ask", methods=["GET", "POST"])
@csrf.exempt
@public
def ask(slug: str) -> ResponseReturnValue:
    """The form of one article, whether it is published here, on another site, or not any more."""
    return _receive(slug) if request.method == "POST" else _show_empty(slug)


@bp.route("/contact", methods=["GET", "POST"])
@csrf.exempt
@public
def contact() -> ResponseReturnValue:
    """The form of no article in particular."""
    return _receive(None) if request.method == "POST" else _show_empty(None)


@bp.get("/thanks/<token>")
@public
def thanks(token: str) -> ResponseReturnValue:
    """That it arrived, and what happens now. The same for all, whatever we thought of the letter."""
    try:
        reference = links.read(THANKS, token, now())
    except (links.LinkBroken, links.LinkExpired):
        abort(404)
    enquiry = by_reference(reference) or abort(404)
    page = render_template(
        "enquiries/thanks.html",
        enquiry=enquiry,
        token=token,
        due=due_words(answer_due_at(enquiry.received_at)),
        business=the_business(),
    )
    return page, PRIVATE_PAGE


def _show_empty(slug: str | None) -> ResponseReturnValue:
    wish = request.args.get("wish", "")
    form = EnquiryForm(wish=wish if wish in list(Wish) else Wish.ASK.value, page=_page_before())
    form.token.data = form_tokens.issue(FORM, slug, now())
    return _page(form, _article(slug), carried(request))


def _page(
    form: EnquiryForm,
    article: Article | None,
    origin: dict[str, str],
    refusal: str = "",
    *,
    without_storage: bool = False,
) -> str:
    business = None if without_storage else the_business()
    return render_template(
        "enquiries/ask.html",
        form=form,
        article=article,
        origin=origin,
        refusal=refusal,
        business=business,
        due=None if without_storage else due_words(answer_due_at(now())),
        consent=current_words(ConsentPurpose.ANSWER, current_language()),
        tips=current_words(ConsentPurpose.TIPS, current_language()),
    )


def _article(slug: str | None) -> Article | None:
    return None if slug is None else (article_asked_about(slug) or abort(404))


def _page_before() -> str:
    """The path of our own page that led here, else of this one."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        before = urlsplit("")
    is_ours = before.netloc == request.host and bool(before.path)
    return (before.path if is_ours else request.path)[:LONGEST_PAGE]


# A form that came back


def _receive(slug: str | None) -> ResponseReturnValue:
    request.max_content_length = LARGEST_FORM
    moment = now()
    is_broken = has_broken_bytes(request)
    form = EnquiryForm(request.form)
    token = form_tokens.read(FORM, slug, form.token.data, moment)
    try:
        with reading():
            article = _article(slug)
        if token.state is TokenState.EXPIRED and (earlier := by_nonce(token.nonce)):
            return _thank(_Receipt.of(earlier))
        refusal = (400, broken_words()) if is_broken else _refusal(form, token)
        if refusal is None:
            return _thank(_store(_sent(form, token, article), moment))
    except StorageUnavailable:
        return _no_storage(form, token, slug, moment)
    status, sentence = refusal
    _renew_token(form, token, slug, moment)
    return _page(form, article, _origin_fields(), sentence), status


def _refusal(form: EnquiryForm, token: FormToken) -> tuple[int, str] | None:
    """Why the form goes back: a status, and a sentence where no field says it."""
    is_filled = form.validate() and is_reachable(form)
    return form_tokens.refusal(request, token) or (None if is_filled else (422, ""))


def _renew_token(form: EnquiryForm, token: FormToken, slug: str | None, moment: datetime) -> None:
    """A fresh token stays: its number is what makes a second try the same enquiry."""
    if not token.is_fresh:
        form.token.data = form_tokens.issue(FORM, slug, moment)


def _no_storage(form: EnquiryForm, token: FormToken, slug: str | None, moment: datetime) -> ResponseReturnValue:
    _renew_token(form, token, slug, moment)
    sentence = _("Just nu går det inte att spara, och inget har skickats. Vänta en liten stund och skicka sedan igen.")
    return not_stored("an enquiry", _page(form, None, _origin_fields(), sentence, without_storage=True))


def _sent(form: EnquiryForm, token: FormToken, article: Article | None) -> SentEnquiry:
    return SentEnquiry(
        nonce=token.nonce,
        who=person(
            form.name.data or "", form.email_address, form.phone.data, ReachBy(form.reach_by.data), current_language()
        ),
        wish=Wish(form.wish.data),
        message=form.message.data or "",
        subject_kind=SubjectKind(form.subject_kind.data),
        subject_name=form.subject_name.data,
        article_id=article.id if article else None,
        consent_version=CURRENT[ConsentPurpose.ANSWER],
        tips_version=CURRENT[ConsentPurpose.TIPS] if form.tips.data else None,
        origin=_origin_columns(form),
        address_hash=current_keys().keyed_hash("enquiry address", network(request.remote_addr)),
        failed=_failed_rungs(form, token),
    )


def _failed_rungs(form: EnquiryForm, token: FormToken) -> tuple[Rung, ...]:
    trap = (Rung.TRAP,) if form.website.data else ()
    return (*trap, Rung.TOO_FAST) if token.is_too_fast else trap


def _origin_fields() -> dict[str, str]:
    """What the form carried, to be carried on."""
    sent = {name: value for name in LONGEST if (value := request.form.get(name))}
    return {name: kept for name, value in sent.items() if (kept := trimmed(name, value))}


def _origin_columns(form: EnquiryForm) -> dict[str, str]:
    columns = {"ref": "referrer_host", "from": "button"}
    page = (form.page.data or "")[:LONGEST_PAGE]
    origin = {columns.get(name, name): value for name, value in _origin_fields().items()}
    return {**origin, "page": page} if page.startswith("/") and page.isprintable() else origin


@dataclass(frozen=True, slots=True)
class _Receipt:
    """What the thanks page needs to know of a stored enquiry."""

    reference: str
    received_at: datetime

    @classmethod
    def of(cls, enquiry: Enquiry) -> "_Receipt":
        return cls(enquiry.reference, enquiry.received_at)


def _store(sent: SentEnquiry, moment: datetime) -> _Receipt:
    """Store it, once: the form's number decides, and whoever comes second gets the first one's receipt."""
    limits = Limits(current_app.config["ENQUIRIES_PER_ADDRESS_HOUR"], current_app.config["ENQUIRIES_PER_HOUR"])
    for tries_left in (2, 1, 0):
        try:
            with writing(together=True):
                return _Receipt.of(record_enquiry(sent, limits, moment))
        except IntegrityError:
            with reading():
                first = by_nonce(sent.nonce)
            if first is not None:
                return _Receipt.of(first)
            if not tries_left:
                raise
    raise AssertionError("each try returns or raises")


def _thank(receipt: _Receipt) -> ResponseReturnValue:
    token = links.sign(THANKS, receipt.reference, receipt.received_at + THANKS_LIVE)
    return redirect(url_for("enquiries.thanks", token=token), 303)
