"""All tags: what they are called, how many carry each, and which two say the same."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.contacts import tags as services
from app.contacts.tags import Tag, every_tag, removed_tags, tag_to_change
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.routes import row_number
from app.core.toasts import toast
from app.core.ways_back import way_back, what_was
from app.leads import tag_merging
from app.leads.tags import Carriers, carriers
from app.lists.forms import TagForm
from app.lists.views import bp


@bp.get("/tags/")
def tags() -> ResponseReturnValue:
    return render_template(
        "lists/tags.html", tags=every_tag(), removed=removed_tags(), carriers=carriers(), nobody=Carriers()
    )


@bp.route("/tags/<int:tag_id>", methods=["GET", "POST"])
def tag(tag_id: int) -> ResponseReturnValue:
    """Another name for it; beside that, merging and removing."""
    known = _tag(tag_id)
    form = TagForm(name=known.name)
    if form.validate_on_submit():
        try:
            with writing():
                renamed = _to_change(tag_id)
                was = [services.rename_tag(renamed, form.name.data or ""), renamed.name]
        except RuleBroken as refusal:
            form.name.errors = [str(refusal)]
            known = _tag(tag_id)
        else:
            word = way_back(_change_of(tag_id), was, now())
            toast(_("Taggen har fått sitt nya namn."), undo=url_for("lists.rename_tag_back", tag_id=tag_id, was=word))
            return redirect(url_for("lists.tags"), 303)
    others = [other for other in every_tag() if other.id != tag_id]
    carried = carriers().get(tag_id, Carriers())
    page = render_template("lists/tag.html", form=form, tag=known, others=others, carried=carried)
    return page, 422 if form.errors else 200


@bp.post("/tags/<int:tag_id>/rename-back")
def rename_tag_back(tag_id: int) -> ResponseReturnValue:
    """Called as it was before the change that the address carries."""
    with writing():
        tag = _to_change(tag_id)
        before, after = what_was(_change_of(tag_id), request.args.get("was", ""), now())
        services.rename_tag_back(tag, before, after)
    toast(_("Ångrat. Taggen heter som förut."))
    return redirect(url_for("lists.tags"), 303)


@bp.post("/tags/<int:tag_id>/merge")
def merge_tag(tag_id: int) -> ResponseReturnValue:
    """All who carry this one carry the chosen one instead, until that is taken back."""
    _tag(tag_id)
    into = request.form.get("into", 0, type=row_number)
    if into in (0, tag_id):
        abort(400)
    with writing():
        both = {key: _to_change(key) for key in sorted((into, tag_id))}
        tag_merging.merge_tags(both[into], both[tag_id], now())
    toast(_("Taggarna är ihopslagna."), undo=url_for("lists.restore_tag", tag_id=tag_id))
    return redirect(url_for("lists.tags"), 303)


@bp.post("/tags/<int:tag_id>/remove")
def remove_tag(tag_id: int) -> ResponseReturnValue:
    with writing():
        services.remove_tag(_to_change(tag_id), now())
    toast(_("Taggen är borttagen."), undo=url_for("lists.restore_tag", tag_id=tag_id))
    return redirect(url_for("lists.tags"), 303)


@bp.post("/tags/<int:tag_id>/restore")
def restore_tag(tag_id: int) -> ResponseReturnValue:
    """As it was before it was removed or merged."""
    with writing():
        tag_merging.restore_tag(tag_id) or abort(404)
    toast(_("Taggen är tillbaka, hos alla som hade den."))
    return redirect(url_for("lists.tags"), 303)


def _change_of(tag_id: int) -> str:
    return f"tag {tag_id}"


def _tag(tag_id: int) -> Tag:
    found = db.session.get(Tag, tag_id)
    return found if found and found.removed_at is None else abort(404)


def _to_change(tag_id: int) -> Tag:
    found = tag_to_change(tag_id)
    return found if found and found.removed_at is None else abort(404)
