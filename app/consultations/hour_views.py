"""Whose hours can be booked: "Mina tider", one page for each host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.accounts.sessions import signed_in
from app.consultations.affected import affected
from app.consultations.explaining import why_unseen
from app.consultations.hosts import Host
from app.consultations.hour_forms import DaysForm, HostForm, WeekForm, with_ranges_rearranged
from app.consultations.hour_queries import every_host, host_of, host_to_change, overrides_from, weekly_rows
from app.consultations.hours import (
    LONGEST_STRETCH,
    as_usual,
    days_between,
    describe_host,
    stretches,
)
from app.consultations.hours import become_host as make_host
from app.consultations.hours import change_days as store_days
from app.consultations.hours import change_week as store_week
from app.consultations.kind_queries import every_kind
from app.consultations.kinds import ConsultationKind
from app.consultations.labels import range_words
from app.consultations.preview import SeenDay, coming_weeks, half_hours
from app.consultations.views import bp
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.toasts import toast
from app.core.wall_clock import moment_of


@dataclass(frozen=True, slots=True)
class Forms:
    """What can be changed on the page, as it stands or as it was typed."""

    week: WeekForm
    days: DaysForm
    host: HostForm

    @classmethod
    def of(
        cls, host: Host, *, week: WeekForm | None = None, days: DaysForm | None = None, about: HostForm | None = None
    ) -> "Forms":
        """Those that were typed, and the others as the host's hours are."""
        return cls(
            week or WeekForm.showing(weekly_rows(host.id)),
            days or DaysForm(formdata=None),
            about or HostForm.showing(host),
        )


@bp.get("/consultations/hours/")
def hours() -> ResponseReturnValue:
    """One's own hours."""
    host = host_of(signed_in().id)
    if host is None:
        return render_template("consultations/become_host.html", hosts=every_host())
    return hours_page(host, Forms.of(host))


@bp.get("/consultations/hours/<int:host_id>")
def hours_of_host(host_id: int) -> ResponseReturnValue:
    host = allowed_host(host_id)
    return hours_page(host, Forms.of(host))


@bp.post("/consultations/hours/become-host")
def become_host() -> ResponseReturnValue:
    with writing():
        make_host(signed_in())
    toast(_("Nu är du värd. Fyll i din vecka, så syns tiderna här."))
    return redirect(url_for("consultations.hours"), 303)


@bp.post("/consultations/hours/<int:host_id>/week")
def change_week(host_id: int) -> ResponseReturnValue:
    host = allowed_host(host_id)
    if "act" in request.form:
        return hours_page(
            host, Forms.of(host, week=WeekForm(with_ranges_rearranged(request.form, request.form["act"])))
        )
    form = WeekForm()
    if not form.validate():
        return hours_page(host, Forms.of(host, week=form)), 422
    with writing():
        store_week(allowed_host_to_change(host_id), form.week())
    return saved(host_id, _("Veckan är sparad."))


@bp.post("/consultations/hours/<int:host_id>/days")
def change_days(host_id: int) -> ResponseReturnValue:
    """Let some days have other hours, or none."""
    host = allowed_host(host_id)
    form = DaysForm()
    if not form.validate():
        return hours_page(host, Forms.of(host, days=form)), 422
    try:
        with writing():
            replaces = store_days(allowed_host_to_change(host_id), form.days(), form.hours(), today())
    except RuleBroken as refusal:
        form.first_on.errors = [refusal.sentence]
        return hours_page(host, Forms.of(host, days=form)), 409
    undo = "" if replaces else undo_address(host_id, form.days())
    return saved(host_id, _("Dagarna är sparade."), undo, part="days")


def undo_address(host_id: int, days: Sequence[date]) -> str:
    """Where to let those days follow the week again. A stretch is named by its ends: an address has its limits."""
    if len(days) > 1 and days_between(days[0], days[-1]) == list(days):
        return url_for("consultations.days_as_usual", host_id=host_id, first_on=days[0], last_on=days[-1])
    return url_for("consultations.days_as_usual", host_id=host_id, day=days)


@bp.post("/consultations/hours/<int:host_id>/days/as-usual")
def days_as_usual(host_id: int) -> ResponseReturnValue:
    """Let days follow the week again: single ones, or a stretch by its ends."""
    days = request.values.getlist("day", type=date.fromisoformat)
    first, last = (request.values.get(end, type=date.fromisoformat) for end in ("first_on", "last_on"))
    if first and last:
        days += days_between(first, last)[:LONGEST_STRETCH]
    with writing():
        as_usual(allowed_host_to_change(host_id), days)
    return saved(host_id, _("Veckan gäller igen de dagarna."))


@bp.post("/consultations/hours/<int:host_id>/about")
def change_host(host_id: int) -> ResponseReturnValue:
    """What the host says of themselves."""
    host = allowed_host(host_id)
    form = HostForm()
    if not form.validate():
        return hours_page(host, Forms.of(host, about=form)), 422
    with writing():
        describe_host(allowed_host_to_change(host_id), form.host_facts())
    return saved(host_id, _("Uppgifterna är sparade."), part="about")


def address_of(host: Host, anchor: str | None = None) -> str:
    """The page of a host's hours: one's own without a number."""
    if host.user_id == signed_in().id:
        return url_for("consultations.hours", _anchor=anchor)
    return url_for("consultations.hours_of_host", host_id=host.id, _anchor=anchor)


def saved(host_id: int, words: str, undo: str = "", *, part: str | None = None) -> ResponseReturnValue:
    """Back to that part of the page, but first to the bookings that need a word now."""
    host = allowed_host(host_id)
    outside = len(affected(now(), host_id))
    if outside:
        words += " " + ngettext(
            "En bokning ligger utanför tiderna: säg vad som ska hända med den.",
            "%(num)s bokningar ligger utanför tiderna: säg vad som ska hända med dem.",
            outside,
        )
    toast(words, undo=undo)
    return redirect(address_of(host, "affected" if outside else part), 303)


def hours_page(host: Host, forms: Forms, **more: Any) -> str:
    """The page of a host's hours, with what was typed in the forms that were refused."""
    kinds = every_kind()
    kind = _chosen(kinds, host)
    weeks = coming_weeks(kind, host, now()) if kind else []
    day = _chosen_day(weeks)
    return render_template(
        "consultations/hours.html",
        host=host,
        is_own=host.user_id == signed_in().id,
        hosts=every_host() if current_user.is_owner else [host],
        address_of=address_of,
        forms=forms,
        stretches=stretches(overrides_from(host.id, today())),
        affected=affected(now(), host.id),
        kinds=[each for each in kinds if host in each.hosts],
        kind=kind,
        weeks=weeks,
        day=day,
        half_hours=half_hours(day, host) if day else [],
        why=_why(kind, host, day),
        asked_clock=request.args.get("at", type=time.fromisoformat),
        range_words=range_words,
        today=today(),
        **more,
    )


def _chosen(kinds: Sequence[ConsultationKind], host: Host) -> ConsultationKind | None:
    """The kind to preview: the one that is asked for, else the first that the host holds and visitors see."""
    held = [kind for kind in kinds if host in kind.hosts]
    asked = [kind for kind in held if kind.slug == request.args.get("kind")]
    return next(iter([*asked, *(kind for kind in held if kind.is_published), *held]), None)


def _chosen_day(weeks: list[list[SeenDay]]) -> SeenDay | None:
    on = request.args.get("on", type=date.fromisoformat)
    return next((day for week in weeks for day in week if day.on == on), None)


def _why(kind: ConsultationKind | None, host: Host, day: SeenDay | None) -> str:
    """Why the time that was clicked is not seen; empty where none was."""
    clock = request.args.get("at", type=time.fromisoformat)
    if kind is None or day is None or clock is None:
        return ""
    return why_unseen(kind, host, moment_of(day.on, clock.replace(tzinfo=None), local_zone()), now())


def today() -> date:
    return now().astimezone(local_zone()).date()


def allowed_host(host_id: int) -> Host:
    """The host, whose hours the host alone may change, and owners."""
    return _allowed(db.session.get(Host, host_id))


def allowed_host_to_change(host_id: int) -> Host:
    return _allowed(host_to_change(host_id))


def _allowed(host: Host | None) -> Host:
    if host is None:
        abort(404)
    if not (current_user.is_owner or host.user_id == signed_in().id):
        abort(403)
    return host
