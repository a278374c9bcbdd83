"""What visitors open to try a device at home: which one, for whom, and the form. No cookie, no script."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.consultations.booking import Booker
from app.consultations.errands import Errand
from app.consultations.kinds import Audience
from app.consultations.visitors import KnownVisitor, is_for
from app.contacts.consent_texts import CURRENT, current_words
from app.contacts.models import ConsentPurpose, SubjectKind
from app.contacts.services import person
from app.core import form_tokens
from app.core.access import public
from app.core.clock import now
from app.core.db import reading, writing
from app.core.errors import RuleBroken, StorageUnavailable
from app.core.form_tokens import FormToken
from app.core.forms import csrf, has_broken_bytes
from app.core.headers import keep_private
from app.core.language import current_language
from app.enquiries.deadlines import answer_due_at, due_words
from app.enquiries.queries import article_asked_about
from app.enquiries.sent_forms import LARGEST_FORM, broken_words, is_reachable, not_stored
from app.enquiries.spam import judge_content
from app.leads.models import Lead
from app.settings.queries import the_business
from app.trials import asking
from app.trials.asking import Wanted
from app.trials.asking_forms import AskForm, ask_form
from app.trials.asking_queries import model_by_slug, offered_models, questions_for, trial_by_nonce
from app.trials.models import Trial
from app.trials.trial_links import trial_token
from app.trials.units import DeviceModel
from app.trials.views import bp
from app.trials.visitors import audience_of, known_borrower

FORM = "trial"


@bp.app_template_global()
def can_be_tried() -> bool:
    """Whether visitors find anything to try. Rooms below ask it on their own pages."""
    return bool(offered_models())


@bp.get("/try")
@public
def choose() -> ResponseReturnValue:
    """What can be tried at home; where only one fits, its form at once."""
    errand = Errand.of(request.args)
    known = _known(errand)
    models = [model for model in offered_models() if known is None or is_for(model.audience, known.subject_kind)]
    if len(models) == 1:
        return redirect(url_for("trials.ask", slug=models[0].slug, **errand.carried))
    return _choices(models)


def _choices(models: Sequence[DeviceModel], refused: DeviceModel | None = None) -> str:
    return render_template(
        "trials/choose.html",
        models=models,
        refused=refused,
        errand=Errand.of(request.args),
        business=the_business(),
    )


def _known(errand: Errand) -> KnownVisitor | None:
    return known_borrower(errand.known, now()) if errand.known else None


@bp.route("/try/<slug>", methods=["GET", "POST"])
@csrf.exempt
@public
def ask(slug: str) -> ResponseReturnValue:
    """Ask to try that model. The same form again is the same trial."""
    keep_private()
    if request.method == "GET":
        return _show(model_by_slug(slug) or abort(404))
    request.max_content_length = LARGEST_FORM
    is_broken = has_broken_bytes(request)
    try:
        with reading():
            return _receive(model_by_slug(slug) or abort(404), is_broken=is_broken)
    except StorageUnavailable:
        return not_stored("a wish to try", render_template("trials/send_again.html", sent=request.form))


@dataclass(frozen=True)
class _Try:
    """One showing of the form: which model, for what kind of borrower, by whom."""

    model: DeviceModel
    audience: Audience
    errand: Errand
    known: KnownVisitor | None
    form: AskForm

    @property
    def article_id(self) -> int | None:
        """The article that the visitor read."""
        article = article_asked_about(self.errand.article) if self.errand.article else None
        return article.id if article else None


def _try_of(model: DeviceModel, sent: object = None) -> _Try | None:
    """What the address says and the form holds; None where it says not whether it is for a person or a horse."""
    errand = Errand.of(request.args)
    known = _known(errand)
    if known is not None and not is_for(model.audience, known.subject_kind):
        known = None
    audience = _audience(model, known)
    return (
        _Try(model, audience, errand, known, ask_form(audience, questions_for(audience), known, sent))
        if audience
        else None
    )


def _audience(model: DeviceModel, known: KnownVisitor | None) -> Audience | None:
    if model.audience is not Audience.BOTH:
        return model.audience
    if known is not None:
        return audience_of(known.subject_kind)
    about = request.args.get("about")
    return next((each for each in (Audience.PERSON, Audience.HORSE) if each == about), None)


def _show(model: DeviceModel) -> ResponseReturnValue:
    if not model.is_offered:
        return _choices(offered_models(), refused=model), 410
    tried = _try_of(model)
    if tried is None:
        return render_template(
            "trials/for_whom.html", model=model, errand=Errand.of(request.args), business=the_business()
        )
    tried.form.token.data = form_tokens.issue(FORM, model.slug, now())
    return _page(tried)


def _page(tried: _Try, refusal: str = "") -> str:
    return render_template(
        "trials/ask.html",
        model=tried.model,
        form=tried.form,
        known=tried.known,
        is_horse=tried.audience is Audience.HORSE,
        refusal=refusal,
        business=the_business(),
        due=due_words(answer_due_at(now())),
        consent=current_words(ConsentPurpose.ANSWER, current_language()),
        tips=current_words(ConsentPurpose.TIPS, current_language()),
    )


# A form that came back


def _receive(model: DeviceModel, *, is_broken: bool) -> ResponseReturnValue:
    tried = _try_of(model, request.form)
    if tried is None:
        return redirect(url_for("trials.ask", slug=model.slug, **Errand.of(request.args).carried), 303)
    token = form_tokens.read(FORM, model.slug, tried.form.token.data, now())
    if token.nonce and (already := trial_by_nonce(token.nonce)):
        return _to(already)
    refusal = (400, broken_words()) if is_broken else _refusal(tried.form, token)
    if refusal is None:
        try:
            return _to(_store(tried, token))
        except RuleBroken as broken:
            refusal = 409, str(broken)
    if not token.is_fresh:
        tried.form.token.data = form_tokens.issue(FORM, model.slug, now())
    status, sentence = refusal
    return _page(tried, sentence), status


def _refusal(form: AskForm, token: FormToken) -> tuple[int, str] | None:
    """Why the form goes back: a status, and a sentence where no field says it."""
    is_filled = form.validate() and is_reachable(form)
    return form_tokens.refusal(request, token) or (None if is_filled else (422, ""))


def _store(tried: _Try, token: FormToken) -> Trial:
    """Ask for it, once: the form's number decides, and whoever comes second gets the first one's trial."""
    form = tried.form
    wanted = Wanted(
        tried.audience,
        form.answers,
        **form.reach,
        street_address=form.word("street_address"),
        postcode=form.word("postcode"),
        city=form.word("city"),
        wishes=form.word("wishes"),
        language=current_language(),
        article_id=tried.article_id,
        consent_version=CURRENT[ConsentPurpose.ANSWER],
        is_suspect=_is_suspect(form, token),
    )
    with writing():
        return asking.ask(tried.model, wanted, token.nonce, _by(tried), now())


def _by(tried: _Try) -> Booker | Lead:
    if tried.known is not None:
        return tried.known.books
    form, is_horse = tried.form, tried.audience is Audience.HORSE
    return Booker(
        person(form.word("name") or "", form.email_address, form.word("phone"), language=current_language()),
        SubjectKind.HORSE if is_horse else SubjectKind(form.word("subject_kind") or ""),
        form.word("subject_name"),
        tried.article_id,
        tips_version=CURRENT[ConsentPurpose.TIPS] if form.word("tips") else None,
    )


def _is_suspect(form: AskForm, token: FormToken) -> bool:
    is_odd = judge_content(form.word("name") or "", form.word("wishes") or "").is_suspect
    return bool(form.word("website")) or token.is_too_fast or is_odd


def _to(trial: Trial) -> ResponseReturnValue:
    return redirect(url_for("trials.borrowed", token=trial_token(trial), new=1), 303)
