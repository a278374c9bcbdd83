"""The form for a time that a visitor has chosen: who they are, where, what about. Hung on the room's blueprint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations.booked_links import booked_token
from app.consultations.booking import Booker
from app.consultations.details_forms import DetailsForm, details_form
from app.consultations.errands import Errand, is_at_a_distance
from app.consultations.kind_queries import kind_by_slug
from app.consultations.kinds import Audience, ConsultationKind
from app.consultations.models import Consultation
from app.consultations.queries import by_nonce, hold_of
from app.consultations.refusals import NotOffered
from app.consultations.services import book
from app.consultations.start_names import StartNames
from app.consultations.times_views import FORM
from app.consultations.travel import NO_TRAVEL, Travel, travel_for
from app.consultations.views import bp
from app.consultations.visitors import KnownVisitor, known_visitor
from app.consultations.weeks import read_start, start_in_words
from app.consultations.zones import chosen_zone
from app.contacts.consent_texts import CURRENT, current_words
from app.contacts.models import ConsentPurpose, SubjectKind
from app.contacts.services import person
from app.core import form_tokens
from app.core.access import public
from app.core.clock import now
from app.core.db import reading, writing
from app.core.errors import StorageUnavailable
from app.core.form_tokens import FormToken
from app.core.forms import csrf, has_broken_bytes
from app.core.headers import keep_private
from app.core.language import current_language
from app.enquiries.queries import article_asked_about
from app.enquiries.sent_forms import LARGEST_FORM, broken_words, is_reachable, not_stored
from app.enquiries.spam import judge_content
from app.settings.queries import the_business


@bp.route("/book/<slug>/details", methods=["GET", "POST"])
@csrf.exempt
@public
def details(slug: str) -> ResponseReturnValue:
    """Who books, for a time that is held meanwhile. The same form again is the same booking."""
    keep_private()
    if request.method == "GET":
        return _show(kind_by_slug(slug) or abort(404))
    request.max_content_length = LARGEST_FORM
    is_broken = has_broken_bytes(request)
    try:
        with reading():
            return _receive(kind_by_slug(slug) or abort(404), is_broken=is_broken)
    except StorageUnavailable:
        return not_stored("a booking", render_template("consultations/send_again.html", sent=request.form))


@dataclass(frozen=True)
class _Try:
    """One showing of the form: for what, for when, by whom."""

    kind: ConsultationKind
    errand: Errand
    form: DetailsForm
    token: FormToken
    start: datetime
    known: KnownVisitor | None

    @cached_property
    def travel(self) -> Travel | None:
        """The way to the address that stands in the form."""
        return travel_for(self.kind, self.form.word("postcode") or "")


def _known(kind: ConsultationKind, errand: Errand) -> KnownVisitor | None:
    visitor = known_visitor(errand.known, now()) if errand.known else None
    return visitor if visitor and visitor.fits(kind) else None


def _show(kind: ConsultationKind) -> ResponseReturnValue:
    """The empty form. Without a time, or with one of another day, it leads back to the times."""
    errand, start = Errand.of(request.args), read_start(request.args.get("start", ""))
    token = form_tokens.read(FORM, kind.slug, request.args.get("token"), now())
    if token.nonce and (already := by_nonce(token.nonce)):
        return _to(already)
    if start is None or not token.is_fresh or not kind.is_published:
        return redirect(url_for("consultations.times", slug=kind.slug, **errand.carried))
    known = _known(kind, errand)
    form = details_form(kind, known, postcode=errand.postcode)
    form.token.data, form.start.data = request.args["token"], start_in_words(start)
    return _page(_Try(kind, errand, form, token, start, known))


def _page(tried: _Try, refusal: str = "", nearest: Sequence[datetime] = ()) -> str:
    kind, errand, moment = tried.kind, tried.errand, now()
    hold = hold_of(tried.token.nonce) if tried.token.nonce else None
    is_held = hold is not None and hold.starts_at == tried.start and hold.expires_at > moment
    return render_template(
        "consultations/details.html",
        kind=kind,
        errand=errand,
        form=tried.form,
        start=tried.start,
        known=tried.known,
        names=StartNames(errand.zone_for(kind), kind.length_minutes),
        held_until=hold.expires_at if hold and is_held else None,
        refusal=refusal,
        nearest=nearest,
        business=the_business(),
        consent=current_words(ConsentPurpose.ANSWER, current_language()),
        tips=current_words(ConsentPurpose.TIPS, current_language()),
    )


# A form that came back


def _receive(kind: ConsultationKind, *, is_broken: bool) -> ResponseReturnValue:
    errand = Errand.of(request.args)
    known = _known(kind, errand)
    form = details_form(kind, known, request.form)
    token = form_tokens.read(FORM, kind.slug, form.token.data, now())
    if token.nonce and (already := by_nonce(token.nonce)):
        return _to(already)
    start = read_start(request.form.get("instead") or form.start.data or "")
    if start is None:
        return redirect(url_for("consultations.times", slug=kind.slug, **errand.carried), 303)
    form.start.data = start_in_words(start)
    tried = _Try(kind, errand, form, token, start, known)
    refusal = (400, broken_words()) if is_broken else _refusal(tried)
    if refusal is None:
        try:
            return _to(_store(tried))
        except NotOffered as taken:
            return _page(tried, str(taken), taken.nearest), 409
    status, sentence = refusal
    if not token.is_fresh:
        form.token.data = form_tokens.issue(FORM, kind.slug, now())
    return _page(tried, sentence), status


def _refusal(tried: _Try) -> tuple[int, str] | None:
    """Why the form goes back: a status, and a sentence where no field says it."""
    is_filled = tried.form.validate() and _is_within_reach(tried) and is_reachable(tried.form)
    return form_tokens.refusal(request, tried.token) or (None if is_filled else (422, ""))


def _is_within_reach(tried: _Try) -> bool:
    if tried.travel is None:
        tried.form["postcode"].errors = [_("Dit kommer vi inte på egen hand än. Är det rätt postnummer, fem siffror?")]
    return tried.travel is not None


def _store(tried: _Try) -> Consultation:
    """Book it, once: the form's number decides, and whoever comes second gets the first one's booking."""
    zone = chosen_zone(tried.errand.zone) if is_at_a_distance(tried.kind) else None
    with writing():
        return book(
            tried.kind,
            tried.start,
            tried.token.nonce,
            tried.known.books if tried.known else _booker(tried),
            tried.form.details(zone.key if zone else None, current_language()),
            now(),
            travel=tried.travel or NO_TRAVEL,
        )


def _booker(tried: _Try) -> Booker:
    form, is_horse = tried.form, tried.kind.audience is Audience.HORSE
    article = article_asked_about(tried.errand.article) if tried.errand.article else None
    return Booker(
        person(form.word("name") or "", form.email_address, form.word("phone"), language=current_language()),
        SubjectKind.HORSE if is_horse else SubjectKind(form.word("subject_kind") or ""),
        form.word("subject_name"),
        article.id if article else None,
        CURRENT[ConsentPurpose.ANSWER],
        CURRENT[ConsentPurpose.TIPS] if form.word("tips") else None,
        is_suspect=_is_suspect(tried),
    )


def _is_suspect(tried: _Try) -> bool:
    form = tried.form
    is_odd = judge_content(form.word("name") or "", form.word("wishes") or "").is_suspect
    return bool(form.word("website")) or tried.token.is_too_fast or is_odd


def _to(booked: Consultation) -> ResponseReturnValue:
    return redirect(url_for("consultations.booked", token=booked_token(booked), new=1), 303)
