"""The pages about templates: what mails are made from."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.queries import all_users
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import LANGUAGES
from app.core.routes import row_number
from app.core.toasts import toast
from app.enquiries.queries import answer_address
from app.leads.models import Lead
from app.leads.queries import lead_with_all, leads_found
from app.mail import templates
from app.mail.models import MailTemplate, MailTemplateVersion
from app.mail.placeholders import Recipient, all_placeholders
from app.mail.template_forms import TemplateForm, form_of
from app.mail.views import bp
from app.mail.wording import (
    MOST_SUBJECT_LETTERS,
    Missing,
    Rendered,
    Words,
    for_our_eyes,
    render,
    render_example,
    words_of,
)


@bp.get("/messages/templates/")
def all_templates() -> str:
    return render_template("mail/all_templates.html", versions=templates.templates_with_words(), words_of=words_of)


@dataclass(frozen=True, slots=True)
class Preview:
    """One language of a template as somebody would read it."""

    language: str
    called: str
    """The language's own name."""
    words: Words
    seen: Rendered | Missing


@bp.get("/messages/templates/<int:template_id>")
def template(template_id: int) -> str:
    found = _template(template_id)
    versions = templates.versions_of(template_id)
    lead = _chosen_lead()
    asked = request.args.get("q", "").strip()
    return render_template(
        "mail/template.html",
        template=found,
        versions=versions,
        writers={user.id: user.name for user in all_users()},
        lead=lead,
        asked=asked,
        leads=leads_found(asked),
        previews=[_preview(versions[0], language, lead) for language in LANGUAGES],
    )


def _preview(version: MailTemplateVersion, language: str, lead: Lead | None) -> Preview:
    words = words_of(version, language)
    seen: Rendered | Missing = render_example(words, language)
    if lead is not None:
        seen = render(words, Recipient(lead.id, answer_address(lead) or "", language, now()))
    return Preview(language, LANGUAGES[language], words, for_our_eyes(seen))


def _chosen_lead() -> Lead | None:
    chosen = request.args.get("lead", 0, type=row_number)
    return (lead_with_all(chosen) or abort(404)) if chosen else None


@bp.route("/messages/templates/add", methods=["GET", "POST"])
@owner_only
def add_template() -> ResponseReturnValue:
    form = TemplateForm()
    if not form.validate_on_submit():
        return _editor("mail/add_template.html", form)
    with writing():
        template_id = templates.add_template(form.wording(), current_user.id, now()).id
    toast(_("Mallen är sparad."))
    return redirect(url_for("mail.template", template_id=template_id), 303)


@bp.route("/messages/templates/<int:template_id>/edit", methods=["GET", "POST"])
@owner_only
def edit_template(template_id: int) -> ResponseReturnValue:
    found = _template(template_id)
    form = form_of(found, templates.current_version(template_id))
    if not form.validate_on_submit():
        return _editor("mail/edit_template.html", form, template=found)
    with writing():
        templates.rewrite(_template(template_id), form.wording(), current_user.id, now())
    toast(_("Mallen är sparad. Mejl som skapas från och med nu får de nya orden."))
    return redirect(url_for("mail.template", template_id=template_id), 303)


def _editor(page: str, form: TemplateForm, **more: object) -> ResponseReturnValue:
    shown = render_template(page, form=form, placeholders=all_placeholders(), most=MOST_SUBJECT_LETTERS, **more)
    return shown, 422 if form.errors else 200


@bp.post("/messages/templates/<int:template_id>/switch")
@owner_only
def switch_template(template_id: int) -> ResponseReturnValue:
    is_active = request.form.get("is_active") == "yes"
    with writing():
        templates.switch(_template(template_id), is_active=is_active)
    toast(_("Mallen går att välja igen.") if is_active else _("Mallen går inte längre att välja."))
    return redirect(url_for("mail.template", template_id=template_id), 303)


@bp.post("/messages/templates/versions/<int:version_id>/use")
@owner_only
def use_version(version_id: int) -> ResponseReturnValue:
    with writing():
        version = _version(version_id)
        templates.use_again(version, current_user.id, now())
        template_id = version.template_id
    toast(_("De orden gäller igen."))
    return redirect(url_for("mail.template", template_id=template_id), 303)


@bp.post("/messages/templates/versions/<int:version_id>/test")
def send_template_test(version_id: int) -> ResponseReturnValue:
    """Mail the words to whoever asks, in the language asked for."""
    language = request.form.get("language", "")
    with writing():
        version = _version(version_id)
        templates.send_test(version, language if language in LANGUAGES else "sv", current_user.email, now())
        template_id = version.template_id
    toast(_("Ett test är på väg till %(address)s.", address=current_user.email))
    return redirect(url_for("mail.template", template_id=template_id), 303)


def _template(template_id: int) -> MailTemplate:
    return db.session.get(MailTemplate, template_id) or abort(404)


def _version(version_id: int) -> MailTemplateVersion:
    return db.session.get(MailTemplateVersion, version_id) or abort(404)
