"""The pages about what can be booked."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.consultations import offering
from app.consultations.hours import hosts_of_users
from app.consultations.kind_forms import KindForm, with_questions_rearranged
from app.consultations.kind_queries import ahead_counts, booked_kinds, every_kind, kind_to_change, travel_bands
from app.consultations.kinds import ConsultationKind
from app.consultations.labels import PLACE_ICONS, minutes_words, notice_words, postcode_words, weekdays_words
from app.consultations.travel_forms import TravelForm, with_bands_rearranged
from app.consultations.views import bp
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.public_addresses import public_address
from app.core.toasts import toast


def booking_address(kind: ConsultationKind) -> str:
    """Where visitors book that kind, from anywhere."""
    return public_address("consultations.times", slug=kind.slug)


@bp.get("/consultations/kinds/")
def kinds() -> ResponseReturnValue:
    return render_template(
        "consultations/kinds.html",
        kinds=every_kind(),
        ahead=ahead_counts(now()),
        booked=booked_kinds(),
        bands=travel_bands(),
        place_icons=PLACE_ICONS,
        minutes_words=minutes_words,
        notice_words=notice_words,
        weekdays_words=weekdays_words,
        postcode_words=postcode_words,
        booking_address=booking_address,
    )


@bp.route("/consultations/kinds/add", methods=["GET", "POST"])
@owner_only
def add_kind() -> ResponseReturnValue:
    if request.method == "GET":
        return _editor(KindForm())
    if "act" in request.form:
        return _editor(KindForm(with_questions_rearranged(request.form, request.form["act"])))
    form = KindForm()
    if not form.validate():
        return _editor(form), 422
    try:
        with writing():
            offering.add_kind(form.kind_facts(), form.kind_questions(), hosts_of_users(form.hosts.data or ()))
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Konsultationstypen är sparad. Den är dold tills du visar den."))
    return redirect(url_for("consultations.kinds"), 303)


@bp.route("/consultations/kinds/<int:kind_id>", methods=["GET", "POST"])
@owner_only
def edit_kind(kind_id: int) -> ResponseReturnValue:
    kind = db.session.get(ConsultationKind, kind_id) or abort(404)
    if request.method == "GET":
        return _editor(KindForm.showing(kind), kind)
    if "act" in request.form:
        return _editor(KindForm(with_questions_rearranged(request.form, request.form["act"])), kind)
    form = KindForm()
    if not form.validate():
        return _editor(form, kind), 422
    try:
        with writing():
            hosts = hosts_of_users(form.hosts.data or ())
            offering.change_kind(_kind(kind_id), form.kind_facts(), form.kind_questions(), hosts)
    except RuleBroken as refusal:
        return _editor(form, kind, refusal=refusal.sentence), 409
    toast(_("Konsultationstypen är sparad."))
    return redirect(url_for("consultations.kinds"), 303)


def _editor(form: KindForm, kind: ConsultationKind | None = None, **more: Any) -> str:
    return render_template(
        "consultations/edit_kind.html",
        form=form,
        kind=kind,
        ahead=ahead_counts(now()).get(kind.id, 0) if kind else 0,
        most_questions=offering.MOST_QUESTIONS,
        **more,
    )


@bp.post("/consultations/kinds/<int:kind_id>/publish")
@owner_only
def publish_kind(kind_id: int) -> ResponseReturnValue:
    with writing():
        offering.publish(_kind(kind_id))
    toast(_("Nu kan besökare boka."), undo=url_for("consultations.hide_kind", kind_id=kind_id))
    return redirect(url_for("consultations.kinds"), 303)


@bp.post("/consultations/kinds/<int:kind_id>/hide")
@owner_only
def hide_kind(kind_id: int) -> ResponseReturnValue:
    with writing():
        offering.hide(_kind(kind_id))
    toast(
        _("Ingen ny kan boka. Det som redan är bokat gäller."),
        undo=url_for("consultations.publish_kind", kind_id=kind_id),
    )
    return redirect(url_for("consultations.kinds"), 303)


@bp.post("/consultations/kinds/<int:kind_id>/remove")
@owner_only
def remove_kind(kind_id: int) -> ResponseReturnValue:
    with writing():
        offering.remove(_kind(kind_id))
    toast(_("Konsultationstypen är borttagen."))
    return redirect(url_for("consultations.kinds"), 303)


@bp.route("/consultations/travel", methods=["GET", "POST"])
@owner_only
def travel() -> ResponseReturnValue:
    """How far we go, as one table."""
    if request.method == "GET":
        return _travel_editor(TravelForm.showing(travel_bands()))
    if "act" in request.form:
        return _travel_editor(TravelForm(with_bands_rearranged(request.form, request.form["act"])))
    form = TravelForm()
    if not form.validate():
        return _travel_editor(form), 422
    try:
        with writing():
            offering.change_travel(form.travel_bands())
    except RuleBroken as refusal:
        return _travel_editor(form, refusal=refusal.sentence), 409
    toast(_("Restiderna är sparade."))
    return redirect(url_for("consultations.kinds"), 303)


def _travel_editor(form: TravelForm, **more: Any) -> str:
    return render_template("consultations/travel.html", form=form, most_bands=offering.MOST_BANDS, **more)


def _kind(kind_id: int) -> ConsultationKind:
    return kind_to_change(kind_id) or abort(404)
