"""Tags on a lead's page: put on and taken off where they are seen."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.contacts.tags import find_or_add_tag, tag_to_change
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.leads.page_views import lead_page
from app.leads.queries import lead_to_change
from app.leads.tags import tag_lead, untag_lead
from app.leads.views import bp, lead_url


@bp.post("/<int:lead_id>/tags")
def add_tag(lead_id: int) -> ResponseReturnValue:
    """A tag that is there, by its name, or a new one."""
    name = request.form.get("name", "")
    try:
        with writing():
            tag = find_or_add_tag(name)
            tag_lead(lead_to_change(lead_id) or abort(404), tag)
    except RuleBroken as refusal:
        return lead_page(lead_id, tag_error=refusal.sentence, tag_name=name), 422
    return redirect(lead_url(lead_id, "tags-title"), 303)


@bp.post("/<int:lead_id>/tags/<int:tag_id>/remove")
def remove_tag(lead_id: int, tag_id: int) -> ResponseReturnValue:
    with writing():
        tag = tag_to_change(tag_id) or abort(404)
        untag_lead(lead_to_change(lead_id) or abort(404), tag)
    toast(_("Taggen är borttagen."), undo=url_for("leads.put_back_tag", lead_id=lead_id, tag_id=tag_id))
    return redirect(lead_url(lead_id, "tags-title"), 303)


@bp.post("/<int:lead_id>/tags/<int:tag_id>/put-back")
def put_back_tag(lead_id: int, tag_id: int) -> ResponseReturnValue:
    with writing():
        tag = tag_to_change(tag_id) or abort(404)
        tag_lead(lead_to_change(lead_id) or abort(404), tag)
    return redirect(lead_url(lead_id, "tags-title"), 303)
