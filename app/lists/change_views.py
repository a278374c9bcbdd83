"""What is done to many at once: chosen in a list, looked at, carried out, and taken back."""

from collections.abc import Collection

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.contacts.tags import every_tag
from app.core.clock import now
from app.core.db import writing
from app.core.language import local_zone
from app.core.routes import row_number
from app.core.toasts import toast
from app.follow_ups.suggestions import READY
from app.lists import words
from app.lists.carrying import carry_on_for_a_while
from app.lists.change_queries import (
    CAN_BE_UNDONE,
    can_be_undone,
    change_to_carry,
    change_with_all,
    counts_of,
    latest_changes,
    row_ids_of,
)
from app.lists.changing import MOST_ROWS, begin, choose, say
from app.lists.changing import undo as undo_change
from app.lists.choice_forms import FORMS, EraseForm, filled_in
from app.lists.choices import choice_of, deed_of
from app.lists.consequences import consequences
from app.lists.models import BulkChange, BulkKind, BulkState, ListOf, RowState
from app.lists.preview import look_ahead, look_back
from app.lists.selection import rows_asked, tidied
from app.lists.stage_forms import StageForm
from app.lists.views import bp

LIST_PAGES = {ListOf.LEADS: "leads.index", ListOf.CONTACTS: "contacts.index"}


@bp.app_template_global()
def bulk_words() -> object:
    """The words of changes to many."""
    return words


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """Keep which rows were chosen, and go on to what becomes of them."""
    list_of = request.form.get("list_of", type=ListOf) or abort(400)
    kind = request.form.get("do", type=BulkKind) or abort(400)
    asked = tidied(request.form.get("asked", ""))
    with writing():
        change = choose(list_of, kind, _chosen(list_of, asked), list_address(list_of, asked), signed_in(), now())
        change_id = change.id
    return redirect(url_for("lists.change", change_id=change_id), 303)


def list_address(list_of: ListOf, asked: str) -> str:
    """The page of the list, as it was asked."""
    return url_for(LIST_PAGES[list_of]) + (f"?{asked}" if asked else "")


def _chosen(list_of: ListOf, asked: str) -> Collection[int]:
    if "all" in request.form:
        return rows_asked(list_of, asked, signed_in().id, now(), MOST_ROWS + 1)
    return set(request.form.getlist("row", type=row_number))


@bp.get("/changes/<int:change_id>")
def change(change_id: int) -> ResponseReturnValue:
    found = _seen(change_id)
    if found.state is not BulkState.CHOSEN:
        return render_template("lists/carried.html", **_progress(found))
    choice = choice_of(found)
    if choice is None or "change" in request.args:
        return _ask(found)
    return _look_ahead(found)


def _ask(found: BulkChange, form: object = None) -> str:
    today = now().astimezone(local_zone()).date()
    return render_template(
        "lists/ask.html",
        change=found,
        form=form or filled_in(found.kind, choice_of(found)),
        count=len(row_ids_of(found.id)),
        tags=every_tag() if found.kind is BulkKind.TAG else [],
        ready=[(name, task, task.day(today)) for name, task in READY.items()],
    )


def _look_ahead(found: BulkChange, form: EraseForm | None = None) -> str:
    deed, outlook = deed_of(found), look_ahead(found)
    return render_template(
        "lists/preview.html",
        change=found,
        deed=deed,
        outlook=outlook,
        consequences=consequences(deed, outlook.changed_ids),
        erase_form=form or EraseForm(formdata=None),
    )


def _progress(found: BulkChange) -> dict[str, object]:
    counts = counts_of(found.id)
    moment = now()
    is_undone = found.state in (BulkState.UNDOING, BulkState.UNDONE)
    changed, left = (RowState.RESTORED, RowState.KEPT) if is_undone else (RowState.CHANGED, RowState.LEFT)
    return {
        "change": found,
        "total": sum(counts.values()),
        "ahead": counts.get(RowState.CHANGED if is_undone else RowState.WAITING, 0),
        "outlook": look_back(found, changed, left),
        "can_be_undone": found.kind is not BulkKind.ERASE and can_be_undone(found, moment),
        "undo_ends_at": found.done_at + CAN_BE_UNDONE if found.done_at else None,
    }


@bp.post("/changes/<int:change_id>/say")
def say_what(change_id: int) -> ResponseReturnValue:
    """Say what becomes of the rows, and see it."""
    found = _seen(change_id)
    form = FORMS[found.kind]() if found.kind in FORMS else abort(404)
    choice = form.said(now(), local_zone()) if form.validate() else None
    if choice is None:
        return _ask(found, form), 200 if isinstance(form, StageForm) and not form.has_errors else 422
    with writing():
        say(_to_change(change_id), choice)
    return redirect(url_for("lists.change", change_id=change_id), 303)


@bp.post("/changes/<int:change_id>/begin")
def carry_out(change_id: int) -> ResponseReturnValue:
    """Begin, and be done where it does not take long; else the page shows how far it has come."""
    found = _seen(change_id)
    if found.kind is BulkKind.ERASE and found.state is BulkState.CHOSEN:
        form = EraseForm()
        if not form.confirms(len(look_ahead(found).changed_ids)):
            return _look_ahead(found, form), 422
    with writing():
        begin(_to_change(change_id))
    return _carried(change_id)


@bp.post("/changes/<int:change_id>/undo")
def undo(change_id: int) -> ResponseReturnValue:
    """Let everything be as it was, but what somebody has changed since."""
    with writing():
        undo_change(_to_change(change_id), signed_in(), now())
    return _carried(change_id)


def _carried(change_id: int) -> ResponseReturnValue:
    goes_on = carry_on_for_a_while(change_id, now)
    found = _seen(change_id)
    if goes_on or {RowState.LEFT, RowState.KEPT} & counts_of(change_id).keys():
        return redirect(url_for("lists.change", change_id=change_id), 303)
    is_undone = found.state is BulkState.UNDONE
    said = _("Ändringen är ångrad.") if is_undone else _done(found)
    undo_address = "" if is_undone or found.kind is BulkKind.ERASE else url_for("lists.undo", change_id=change_id)
    toast(said, undo=undo_address)
    return redirect(found.came_from or url_for(LIST_PAGES[found.list_of]), 303)


def _done(found: BulkChange) -> str:
    return f"{words.done_words(found.kind, found.list_of, found.rows_changed)}."


@bp.post("/changes/<int:change_id>/carry-on")
def carry_on(change_id: int) -> ResponseReturnValue:
    """Carry out some more, and show how far it has come: asked again and again by the page that shows it."""
    carry_on_for_a_while(change_id, now)
    found = _seen(change_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("lists.change", change_id=change_id), 303)
    return render_template("lists/_carried.html", **_progress(found))


@bp.get("/changes/")
def changes() -> ResponseReturnValue:
    """What was done to many last, with a way back while there is one."""
    moment = now()
    found = latest_changes()
    undoable = {one.id for one in found if one.kind is not BulkKind.ERASE and can_be_undone(one, moment)}
    return render_template("lists/changes.html", changes=found, undoable=undoable)


def _seen(change_id: int) -> BulkChange:
    return _unless_anothers(change_with_all(change_id))


def _to_change(change_id: int) -> BulkChange:
    return _unless_anothers(change_to_carry(change_id))


def _unless_anothers(found: BulkChange | None) -> BulkChange:
    """What somebody else thinks of doing is not there; what they have begun, all can see and undo."""
    if found is None or (found.state is BulkState.CHOSEN and found.actor_id != signed_in().id):
        abort(404)
    return found
