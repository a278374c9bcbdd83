from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.contacts.consents import give_tips_by_hand, withdraw_consent
from app.contacts.details import change_details
from app.contacts.forms import ContactForm, TipsForm
from app.contacts.merge_queries import kept_instead_of, merges_into, story_of
from app.contacts.models import ConsentPurpose, Contact
from app.contacts.queries import consents_of, contact_to_change, doubts_about, subjects_of
from app.contacts.services import person
from app.contacts.tags import every_tag, tags_of_contacts
from app.core.clock import now
from app.core.db import db, writing
from app.core.labels import label
from app.core.routes import row_number
from app.core.toasts import toast
from app.follow_ups.queries import next_steps
from app.leads.queries import leads_of

bp = Blueprint("contacts", __name__, url_prefix="/contacts")


@bp.app_template_global()
def purpose_words(word: str) -> str:
    """What a consent's purpose is called, where only its word is kept."""
    return label(ConsentPurpose(word))


@bp.get("/<int:contact_id>")
def detail(contact_id: int) -> ResponseReturnValue:
    if db.session.get(Contact, contact_id) is None:
        return redirect(url_for("contacts.detail", contact_id=kept_instead_of(contact_id) or abort(404)))
    return contact_page(contact_id)


def contact_page(contact_id: int, **more: Any) -> str:
    """The contact's page. What was refused is shown again as it was typed."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    leads = leads_of(contact_id)
    return render_template(
        "contacts/detail.html",
        contact=contact,
        leads=leads,
        steps=next_steps([lead.id for lead in leads]),
        subjects=subjects_of([contact_id]).get(contact_id, []),
        consents=consents_of(contact_id),
        doubts=doubts_about(contact_id),
        merges=[(merge, story_of(merge)) for merge in merges_into(contact_id)],
        tags=tags_of_contacts([contact_id]).get(contact_id, []),
        every_tag=every_tag(),
        **more,
    )


@bp.route("/<int:contact_id>/edit", methods=["GET", "POST"])
def edit(contact_id: int) -> ResponseReturnValue:
    """What we know of a contact, on a page of its own or in place on the page of a `lead`."""
    contact = db.session.get(Contact, contact_id) or abort(404)
    form = ContactForm(obj=contact)
    lead_id = _lead_id()
    if not form.validate_on_submit():
        page = render_template("contacts/edit.html", contact=contact, form=form, lead_id=lead_id)
        return page, 422 if form.errors else 200
    who = person(**form.facts())
    with writing():
        change_details(contact_to_change(contact_id) or abort(404), who)
    toast(_("Uppgifterna är ändrade."))
    if lead_id:
        return redirect(url_for("leads.detail", lead_id=lead_id), 303)
    return redirect(url_for("contacts.detail", contact_id=contact_id), 303)


@bp.post("/<int:contact_id>/consents/tips")
def give_tips(contact_id: int) -> ResponseReturnValue:
    """A yes to tips by word of mouth, from the contact's page or, as `lead`, from a lead's."""
    form = TipsForm()
    if not form.validate():
        return contact_page(contact_id, tips_form=form, lead_id=_lead_id()), 422
    with writing():
        give_tips_by_hand(_contact(contact_id), form.said.data or "", signed_in(), now())
    toast(_("Samtycket är noterat."))
    return _back_to_consents(contact_id)


@bp.post("/<int:contact_id>/consents/<purpose>/withdraw")
def withdraw(contact_id: int, purpose: str) -> ResponseReturnValue:
    """Take back every yes to a purpose, from the contact's page or, as `lead`, from a lead's."""
    if purpose not in list(ConsentPurpose):
        abort(404)
    with writing():
        withdraw_consent([_contact(contact_id)], ConsentPurpose(purpose), signed_in(), now())
    toast(_("Samtycket är återkallat."))
    return _back_to_consents(contact_id)


def _back_to_consents(contact_id: int) -> ResponseReturnValue:
    if lead_id := _lead_id():
        return redirect(url_for("leads.detail", lead_id=lead_id, _anchor="consents-title"), 303)
    return redirect(url_for("contacts.detail", contact_id=contact_id, _anchor="consents-title"), 303)


def _lead_id() -> int:
    """The lead whose page asked for the change; 0 where it was the contact's own."""
    return request.form.get("lead", 0, type=row_number)


def _contact(contact_id: int) -> Contact:
    return db.session.get(Contact, contact_id) or abort(404)
