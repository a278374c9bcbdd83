from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.articles import queries, services
from app.articles.forms import AddArticleForm, EditArticleForm, ExternalArticleForm
from app.articles.models import Article
from app.articles.reading import LARGEST_BYTES
from app.articles.services import Outcome
from app.core.access import public
from app.core.attribution import carried
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.public_addresses import public_address
from app.core.toasts import toast
from app.enquiries.queries import enquiries_by_article
from app.leads.queries import open_leads_by_article
from app.settings.queries import the_business

bp = Blueprint("articles", __name__, url_prefix="/articles")

FROM_CODE = "qr"
FROM_LINK = "link"
"""What enquiries say of the button, when the visitor came by an article's code or its shared link."""


@bp.app_template_filter()
def site(address: str) -> str:
    """The name of a web address's site: "example.se"."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@bp.url_value_preprocessor
def allow_long_texts(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Let a pasted text be as long as a file may be. Said here, since the guard against forged forms reads the form."""
    if endpoint in ("articles.add", "articles.edit"):
        request.max_form_memory_size = LARGEST_BYTES + 100_000


# What visitors read


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return render_template("articles/index.html", articles=queries.published(), business=the_business(), **_ways())


@bp.get("/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    article = queries.published_by_slug(slug) or abort(404)
    return render_template(
        "articles/show.html",
        article=article,
        business=the_business(),
        address=public_address("articles.show", slug=slug),
        **_ways(article),
    )


def _ways(article: Article | None = None) -> dict[str, Callable[[str, str], str]]:
    """`way(wish, button)` for templates: the address of the form, carrying where the visitor came from."""
    came_by = carried(request)

    def way(wish: str, button: str) -> str:
        values: dict[str, Any] = {**came_by, "wish": wish, "from": button}
        if article is None:
            return url_for("enquiries.contact", **values)
        return url_for("enquiries.ask", slug=article.slug, **values)

    return {"way": way}


# What the reseller sees


@bp.get("/manage/")
def manage() -> ResponseReturnValue:
    return render_template(
        "articles/manage.html",
        articles=queries.every(),
        enquiries=enquiries_by_article(),
        open_leads=open_leads_by_article(),
    )


@bp.get("/manage/<int:article_id>")
def detail(article_id: int) -> ResponseReturnValue:
    article = _article(article_id)
    return render_template(
        "articles/detail.html",
        article=article,
        enquiries=enquiries_by_article().get(article.id),
        open_leads=open_leads_by_article().get(article.id, 0),
        page_address=public_address("articles.show", slug=article.slug),
        form_address=_form_address(article, FROM_LINK),
        is_only_here=site(current_app.config["PUBLIC_URL"]) in ("localhost", "127.0.0.1"),
    )


@bp.get("/manage/<int:article_id>/qr.svg")
def code(article_id: int) -> ResponseReturnValue:
    """The QR code that opens the article's form."""
    picture = BytesIO()
    segno.make(_form_address(_article(article_id), FROM_CODE), error="m", micro=False).save(
        picture, kind="svg", border=4, light="white", omitsize=True, svgclass=None, lineclass=None
    )
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    if "download" in request.args:
        response.headers.set("Content-Disposition", "attachment", filename=f"{_article(article_id).slug}.svg")
    return response


@bp.route("/manage/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    form = AddArticleForm()
    if not form.validate_on_submit():
        return render_template("articles/add.html", form=form), 422 if form.errors else 200
    with writing():
        imported = services.import_article(form.parsed, now())
    toast(_outcome_words(imported.outcome))
    return redirect(url_for("articles.detail", article_id=imported.article.id), 303)


def _outcome_words(outcome: Outcome) -> str:
    words = {
        Outcome.CREATED: _("Artikeln är publicerad."),
        Outcome.UPDATED: _("Artikeln fanns redan och är nu uppdaterad. Dess förfrågningar finns kvar."),
        Outcome.UNCHANGED: _("Artikeln fanns redan, precis så här."),
    }
    return str(words[outcome])


@bp.route("/manage/add-external", methods=["GET", "POST"])
def add_external() -> ResponseReturnValue:
    form = ExternalArticleForm()
    if form.validate_on_submit():
        try:
            with writing():
                parsed = services.external_article(*_external_fields(form))
                article = services.add_external_article(parsed, now())
        except RuleBroken as refusal:
            form.title.errors = [*form.title.errors, refusal.sentence]
        else:
            toast(_("Artikeln är tillagd."))
            return redirect(url_for("articles.detail", article_id=article.id), 303)
    return render_template("articles/external.html", form=form, article=None), 422 if form.errors else 200


def _external_fields(form: ExternalArticleForm) -> tuple[str, str, str]:
    return form.title.data or "", form.address.data or "", form.language.data


@bp.route("/manage/<int:article_id>/edit", methods=["GET", "POST"])
def edit(article_id: int) -> ResponseReturnValue:
    article = _article(article_id)
    return _edit_external(article) if article.external_url else _edit_own(article)


def _edit_own(article: Article) -> ResponseReturnValue:
    form = EditArticleForm(text=article.source, language=article.language)
    form.format = article.format
    if not form.validate_on_submit():
        return render_template("articles/edit.html", form=form, article=article), 422 if form.errors else 200
    with writing():
        services.edit_article(article, form.parsed, form.language.data, now())
    toast(_("Artikeln är ändrad."))
    return redirect(url_for("articles.detail", article_id=article.id), 303)


def _edit_external(article: Article) -> ResponseReturnValue:
    form = ExternalArticleForm(title=article.title, address=article.external_url, language=article.language)
    if not form.validate_on_submit():
        return render_template("articles/external.html", form=form, article=article), 422 if form.errors else 200
    with writing():
        services.edit_external_article(article, *_external_fields(form), now())
    toast(_("Artikeln är ändrad."))
    return redirect(url_for("articles.detail", article_id=article.id), 303)


@bp.post("/manage/<int:article_id>/unpublish")
def unpublish(article_id: int) -> ResponseReturnValue:
    with writing():
        services.unpublish(_article(article_id), now())
    undo = url_for("articles.publish", article_id=article_id)
    toast(_("Artikeln är nedtagen."), undo=undo)
    return redirect(url_for("articles.detail", article_id=article_id), 303)


@bp.post("/manage/<int:article_id>/publish")
def publish(article_id: int) -> ResponseReturnValue:
    with writing():
        services.publish(_article(article_id), now())
    toast(_("Artikeln är publicerad."))
    return redirect(url_for("articles.detail", article_id=article_id), 303)


def _article(article_id: int) -> Article:
    return queries.by_id(article_id) or abort(404)


def _form_address(article: Article, button: str) -> str:
    return public_address("enquiries.ask", slug=article.slug, **{"from": button})
