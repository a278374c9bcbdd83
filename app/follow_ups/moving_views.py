"""A step put off to another day, or given to somebody else; and both taken back."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import User
from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.db import db, writing
from app.core.filters import day as day_words
from app.core.filters import moment_words
from app.core.language import local_zone
from app.core.routes import row_number
from app.core.toasts import toast
from app.core.ways_back import way_back, what_was
from app.follow_ups import services
from app.follow_ups.dues import Due
from app.follow_ups.forms import MoveForm
from app.follow_ups.models import FollowUp
from app.follow_ups.views import back_to, bp, step_to_change
from app.leads.page_views import lead_page

NOBODY = "nobody"
"""Who has a step that nobody has, in the address that takes a hand-over back."""


@bp.post("/follow-ups/<int:follow_up_id>/move")
def move(follow_up_id: int) -> ResponseReturnValue:
    form = MoveForm()
    with writing():
        step = step_to_change(follow_up_id)
        lead_id, before, was_suggested = step.lead_id, _due(step), step.is_suggested
        if form.validate():
            due = form.due(now(), local_zone())
            services.move(step, due.at, now(), due.on, signed_in())
    if form.errors:
        return lead_page(lead_id, move_form=form), 422
    word = way_back(_change_of(follow_up_id), [before.as_texts(), due.as_texts(), was_suggested], now())
    undo = url_for(".move_back", follow_up_id=follow_up_id, was=word, back=request.args.get("back"))
    toast(_("Flyttat till %(moment)s.", moment=_moment(due)), undo="" if due == before else undo)
    return redirect(back_to(lead_id), 303)


@bp.post("/follow-ups/<int:follow_up_id>/move-back")
def move_back(follow_up_id: int) -> ResponseReturnValue:
    """Due when it was before the move that the address carries."""
    with writing():
        step = step_to_change(follow_up_id)
        before, after, was_suggested = what_was(_change_of(follow_up_id), request.args.get("was", ""), now())
        due = Due.from_texts(*before)
        moved_to = Due.from_texts(*after)
        services.move_back(step, due, moved_to, signed_in(), now(), was_suggested=was_suggested)
        lead_id = step.lead_id
    toast(_("Ångrat. Steget är kvar till %(moment)s.", moment=_moment(due)))
    return redirect(back_to(lead_id), 303)


@bp.post("/follow-ups/<int:follow_up_id>/owner")
def hand_on(follow_up_id: int) -> ResponseReturnValue:
    owner = _chosen_owner()
    with writing():
        step = step_to_change(follow_up_id)
        lead_id, before_id = step.lead_id, step.owner_id
        services.hand_on(step, owner, signed_in(), now())
        after_id, name = step.owner_id, owner.name if owner else ""
    undo = url_for(".hand_on", follow_up_id=follow_up_id, owner=before_id or NOBODY)
    words = _("%(name)s har tagit över steget.", name=name) if name else _("Steget har ingen ansvarig längre.")
    toast(words, undo="" if after_id == before_id else undo)
    return redirect(back_to(lead_id), 303)


def _chosen_owner() -> User | None:
    if request.values.get("owner") == NOBODY:
        return None
    return db.session.get(User, request.values.get("owner", 0, type=row_number)) or abort(404)


def _change_of(follow_up_id: int) -> str:
    return f"due of step {follow_up_id}"


def _due(step: FollowUp) -> Due:
    return Due(step.due_at, step.due_on)


def _moment(due: Due) -> str:
    return day_words(due.on) if due.on else moment_words(due.at)
