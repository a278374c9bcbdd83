"""Many days closed at once: they are shown first, and a button closes them."""

from collections.abc import Sequence
from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.consultations import proposals
from app.consultations.affected import booked_on
from app.consultations.host_time import hours_of
from app.consultations.hosts import Host
from app.consultations.hour_views import address_of, allowed_host, allowed_host_to_change, saved, today, undo_address
from app.consultations.hours import change_days
from app.consultations.proposals import Proposal, coming_year
from app.consultations.views import bp
from app.core.clock import now
from app.core.db import writing


@bp.route("/consultations/hours/<int:host_id>/close/<what>", methods=["GET", "POST"])
def close_days(host_id: int, what: str) -> ResponseReturnValue:
    """The days that are meant by "stäng sommaren" and the like."""
    if what not in set(Proposal):
        abort(404)
    host = allowed_host(host_id)
    if request.method == "POST":
        return _close(host_id, request.form.getlist("days", type=date.fromisoformat))
    weeks = _weeks()
    days = _proposed(Proposal(what), host, weeks)
    return render_template(
        "consultations/close_days.html",
        host=host,
        back=address_of(host, "days"),
        what=Proposal(what),
        days=days,
        weeks=weeks,
        booked=booked_on(host.id, days, now()),
    )


def _close(host_id: int, days: Sequence[date]) -> ResponseReturnValue:
    chosen = sorted(set(days))
    with writing():
        replaces = change_days(allowed_host_to_change(host_id), chosen, [], today())
    words = ngettext("En dag är stängd.", "%(num)s dagar är stängda.", len(chosen))
    return saved(host_id, words, "" if replaces else undo_address(host_id, chosen))


def _proposed(what: Proposal, host: Host, weeks: tuple[int, int]) -> list[date]:
    if what is Proposal.SUMMER:
        return proposals.next_summer(today(), *weeks)
    year = coming_year(today())
    hours = hours_of([host], year[-1])[host.id]
    return proposals.bridges(year, hours) if what is Proposal.BRIDGES else proposals.eves(year, hours)


def _weeks() -> tuple[int, int]:
    first, last = proposals.SUMMER_WEEKS
    return request.args.get("first_week", first, type=int), request.args.get("last_week", last, type=int)
