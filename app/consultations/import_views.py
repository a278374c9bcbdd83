"""The calendars of one host: those kept elsewhere, and the host's bookings in the host's own."""

from flask import abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations import imports
from app.consultations.feeds import feed_address
from app.consultations.hosts import ImportedCalendar
from app.consultations.hour_views import address_of, allowed_host
from app.consultations.import_failures import failure_words
from app.consultations.import_forms import CalendarForm
from app.consultations.jobs import import_calendar
from app.consultations.views import bp
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.toasts import toast

NEW_FEED = "new_feed"
"""Where a browser's session keeps the secret of a new feed, until the page has shown it once."""


@bp.get("/consultations/hours/<int:host_id>/calendars")
def calendars(host_id: int) -> str:
    host = allowed_host(host_id)
    new_host_id, token = session.pop(NEW_FEED, (0, ""))
    return render_template(
        "consultations/calendars.html",
        host=host,
        hours_address=address_of(host),
        calendars=imports.calendars_of(host),
        failure_words=failure_words,
        stale_before=now() - imports.STALE_AFTER,
        new_feed_address=feed_address(token) if new_host_id == host.id else "",
    )


@bp.route("/consultations/hours/<int:host_id>/calendars/add", methods=["GET", "POST"])
def add_calendar(host_id: int) -> ResponseReturnValue:
    """Read a calendar once, and again and again when that went well."""
    host, form = allowed_host(host_id), CalendarForm()
    if form.validate_on_submit():
        address = imports.https_form(form.address.data or "")
        found = imports.look(address, None, imports.what_to_ask(now()))
        try:
            with writing():
                imports.add_calendar(host, form.name.data or "", address, found, now())
        except RuleBroken as refusal:
            form.address.errors = [str(refusal)]
        else:
            toast(_("Kalendern är läst. Det som är upptaget där är upptaget här också."))
            return _back_to(host_id)
    return render_template("consultations/add_calendar.html", form=form, host=host), 422 if form.errors else 200


@bp.post("/consultations/hours/<int:host_id>/calendars/<int:calendar_id>/read")
def read_calendar(host_id: int, calendar_id: int) -> ResponseReturnValue:
    """Read it now rather than within a quarter of an hour."""
    _calendar(host_id, calendar_id)
    import_calendar(calendar_id, now())
    calendar = _calendar(host_id, calendar_id)
    toast(_("Kalendern är läst.") if calendar.failure is None else _("Kalendern gick inte att läsa som den ska."))
    return _back_to(host_id)


@bp.post("/consultations/hours/<int:host_id>/calendars/<int:calendar_id>/remove")
def remove_calendar(host_id: int, calendar_id: int) -> ResponseReturnValue:
    with writing():
        imports.remove_calendar(_calendar(host_id, calendar_id))
    toast(_("Kalendern läses inte längre. Det som var upptaget där är ledigt här."))
    return _back_to(host_id)


def _calendar(host_id: int, calendar_id: int) -> ImportedCalendar:
    host, calendar = allowed_host(host_id), db.session.get(ImportedCalendar, calendar_id)
    return calendar if calendar and calendar.host_id == host.id else abort(404)


def _back_to(host_id: int) -> ResponseReturnValue:
    return redirect(url_for("consultations.calendars", host_id=host_id), 303)
