from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.clock import now
from app.core.db import db, writing
from app.core.toasts import toast
from app.mail.health import failing_channels, job_runs, system_health, workers
from app.mail.kinds import all_kinds, kind_label
from app.mail.labels import JOBS, STATE_COLOURS, STATE_ICONS, advice_words, reason_words
from app.mail.models import Message, MessageState
from app.mail.queries import Shelf, history, last_reasons, messages_page, shelf_counts
from app.mail.services import CAN_BE_CLOSED, CAN_BE_PUT_BACK, give_up, know_of_missed, send_now
from app.mail.services import retry as put_back
from app.mail.stored_letters import read_letter, stored_file

bp = Blueprint("mail", __name__)

SHELF_LABELS = {
    Shelf.ALL: _l("Alla"),
    Shelf.PLANNED: _l("Planerade"),
    Shelf.UNDER_WAY: _l("På väg"),
    Shelf.SENT: _l("Skickade"),
    Shelf.NEEDS_PERSON: _l("Behöver dig"),
    Shelf.MISSED: _l("Kom för sent"),
    Shelf.STOPPED: _l("Stoppade"),
}


@bp.app_template_global()
def message_words() -> dict[str, Any]:
    """What templates say about messages: chips, icons, reasons."""
    return {
        "colours": STATE_COLOURS,
        "icons": STATE_ICONS,
        "reason": reason_words,
        "kind": kind_label,
    }


@bp.get("/messages/")
def index() -> str:
    moment = now()
    shelf, kind, after = _shelf(request.args.get("show", "")), request.args.get("kind", ""), request.args.get("after")
    page = messages_page(shelf, kind, moment, after)
    messages = [row.Message for row in page.rows]
    return render_template(
        "mail/index.html",
        shelf=shelf,
        kind=kind,
        kinds=all_kinds(),
        tabs=_tabs(shelf, kind, moment),
        messages=messages,
        reasons=last_reasons(messages),
        next_url=url_for("mail.index", show=shelf, kind=kind or None, after=page.after) if page.after else "",
        is_first_page=not after,
        health=system_health(moment),
        channels=failing_channels(),
        workers=workers(),
        runs=job_runs(),
        job_names=JOBS,
    )


def _tabs(current: Shelf, kind: str, moment: datetime) -> list[tuple[Any, str, bool, int | None]]:
    counts = shelf_counts(moment)
    return [
        (
            label,
            url_for("mail.index", show=shelf if shelf is not Shelf.ALL else None, kind=kind or None),
            shelf is current,
            counts.get(shelf) or None,
        )
        for shelf, label in SHELF_LABELS.items()
    ]


@bp.get("/messages/<int:message_id>")
def show(message_id: int) -> str:
    message = _message(message_id)
    events = history(message)
    return render_template(
        "mail/show.html",
        message=message,
        letter=read_letter(message),
        has_file=stored_file(message) is not None,
        events=events,
        advice=advice_words(message.state, events[-1].reason if events else None),
        may_retry=message.state in CAN_BE_PUT_BACK,
        may_close=message.state in CAN_BE_CLOSED,
        is_planned=message.state is MessageState.PENDING and message.due_at > now(),
    )


@bp.get("/messages/<int:message_id>.eml")
def download(message_id: int) -> ResponseReturnValue:
    path = stored_file(_message(message_id))
    if path is None:
        abort(404)
    as_file = {"Content-Disposition": f'attachment; filename="{message_id}.eml"'}
    return Response(path.read_bytes(), mimetype="message/rfc822", headers=as_file)


@bp.post("/messages/<int:message_id>/retry")
def retry(message_id: int) -> ResponseReturnValue:
    with writing():
        put_back(_message(message_id), current_user, now())
    toast(_("Mejlet ligger i kön igen."))
    return redirect(url_for("mail.show", message_id=message_id), 303)


@bp.post("/messages/<int:message_id>/send-now")
def send(message_id: int) -> ResponseReturnValue:
    with writing():
        send_now(_message(message_id), current_user, now())
    toast(_("Mejlet skickas nu."))
    return redirect(url_for("mail.show", message_id=message_id), 303)


@bp.post("/messages/missed/seen")
def see_missed() -> ResponseReturnValue:
    """The warning on Today has been read."""
    with writing():
        know_of_missed(now())
    toast(_("Då påminner Ledtråd inte mer om dem."))
    return redirect(url_for("home.today"), 303)


@bp.post("/messages/<int:message_id>/close")
def close(message_id: int) -> ResponseReturnValue:
    with writing():
        give_up(_message(message_id), current_user, now())
    toast(_("Mejlet skickas inte."))
    return redirect(url_for("mail.show", message_id=message_id), 303)


def _message(message_id: int) -> Message:
    return db.session.get(Message, message_id) or abort(404)


def _shelf(word: str) -> Shelf:
    return Shelf(word) if word in list(Shelf) else Shelf.ALL
