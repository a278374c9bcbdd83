"""Tags on a contact's page: put on and taken off where they are seen."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.contacts.queries import contact_to_change
from app.contacts.tags import find_or_add_tag, tag_contact, tag_to_change, untag_contact
from app.contacts.views import bp, contact_page
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.toasts import toast


@bp.post("/<int:contact_id>/tags")
def add_tag(contact_id: int) -> ResponseReturnValue:
    """A tag that is there, by its name, or a new one."""
    name = request.form.get("name", "")
    try:
        with writing():
            tag = find_or_add_tag(name)
            tag_contact(contact_to_change(contact_id) or abort(404), tag)
    except RuleBroken as refusal:
        return contact_page(contact_id, tag_error=refusal.sentence, tag_name=name), 422
    return _to_tags(contact_id)


@bp.post("/<int:contact_id>/tags/<int:tag_id>/remove")
def remove_tag(contact_id: int, tag_id: int) -> ResponseReturnValue:
    with writing():
        tag = tag_to_change(tag_id) or abort(404)
        untag_contact(contact_to_change(contact_id) or abort(404), tag)
    undo = url_for("contacts.put_back_tag", contact_id=contact_id, tag_id=tag_id)
    toast(_("Taggen är borttagen."), undo=undo)
    return _to_tags(contact_id)


@bp.post("/<int:contact_id>/tags/<int:tag_id>/put-back")
def put_back_tag(contact_id: int, tag_id: int) -> ResponseReturnValue:
    with writing():
        tag = tag_to_change(tag_id) or abort(404)
        tag_contact(contact_to_change(contact_id) or abort(404), tag)
    return _to_tags(contact_id)


def _to_tags(contact_id: int) -> ResponseReturnValue:
    return redirect(url_for("contacts.detail", contact_id=contact_id, _anchor="tags-title"), 303)
