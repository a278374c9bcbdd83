"""Choosing an hour for somebody: a booking on their behalf, or another hour for one that there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.consultations.booking import Details
from app.consultations.conflicts import conflicts_of, refuse_collision
from app.consultations.desk_forms import BehalfForm, HourForm
from app.consultations.hour_choice import HourChoice, chosen_hours
from app.consultations.kind_queries import held_kinds
from app.consultations.kinds import Place
from app.consultations.models import Consultation
from app.consultations.queries import consultation_to_change, consultation_with_all
from app.consultations.services import book_for
from app.consultations.services import move as move_booking
from app.consultations.views import bp
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.filters import phone
from app.core.language import local_zone
from app.core.toasts import toast
from app.leads.listing import open_leads_found
from app.leads.queries import lead_with_all


@bp.get("/consultations/add")
def choose_lead() -> ResponseReturnValue:
    """Whom to book a time for: the leads that are found, or the latest active."""
    words = request.args.get("q", "").strip()
    return render_template("consultations/choose_lead.html", words=words, leads=open_leads_found(words, now()))


@bp.route("/leads/<int:lead_id>/consultations/add", methods=["GET", "POST"])
def add(lead_id: int) -> ResponseReturnValue:
    """Book for somebody: one of the free hours, or any other once its conflicts have been read."""
    lead = lead_with_all(lead_id) or abort(404)
    kinds = held_kinds()
    choice = chosen_hours(request.args, signed_in(), now(), kinds)
    if choice is None:
        return render_template("consultations/add.html", lead=lead, choice=None)
    form = BehalfForm(phone=phone(lead.contact.phone))
    page = _Page("consultations/add.html", choice, form, {"lead": lead, "kinds": kinds})
    if request.method == "GET":
        return page.shown()
    refusal = page.refused()
    if refusal is not None:
        return refusal
    try:
        with writing():
            booked = book_for(
                lead_with_all(lead_id) or abort(404),
                choice.kind,
                choice.host,
                form.starts_at(local_zone()),
                _details(form, choice),
                signed_in(),
                now(),
                travel=choice.travel,
            )
            consultation_id = booked.id
    except RuleBroken as sentence:
        return page.shown(refusal=sentence.sentence), 409
    toast(_("Tiden är bokad."))
    return redirect(url_for("consultations.detail", consultation_id=consultation_id), 303)


@bp.route("/consultations/<int:consultation_id>/move", methods=["GET", "POST"])
def move(consultation_id: int) -> ResponseReturnValue:
    """Another hour for a booking: one of the free ones, or any other once its conflicts have been read."""
    one = consultation_with_all(consultation_id) or abort(404)
    choice = chosen_hours(request.args, signed_in(), now(), [one.kind], one)
    if choice is None:
        raise RuleBroken(_("Ingen håller sådana konsultationer just nu. Välj en värd för typen, eller avboka tiden."))
    form = HourForm()
    page = _Page("consultations/desk_move.html", choice, form, {"one": one}, one)
    if request.method == "GET":
        return page.shown()
    refusal = page.refused()
    if refusal is not None:
        return refusal
    try:
        with writing():
            booking = consultation_to_change(consultation_id) or abort(404)
            move_booking(booking, form.starts_at(local_zone()), now(), actor=signed_in(), host=choice.host)
    except RuleBroken as sentence:
        return page.shown(refusal=sentence.sentence), 409
    toast(_("Tiden är flyttad."))
    return redirect(url_for("consultations.detail", consultation_id=consultation_id), 303)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page on which an hour is chosen."""

    template: str
    choice: HourChoice
    form: HourForm
    words: dict[str, Any]
    moved: Consultation | None = None

    def shown(self, conflicts: Sequence[str] = (), refusal: Any = "") -> str:
        return render_template(
            self.template,
            choice=self.choice,
            form=self.form,
            free_days=self.choice.free_days(now(), self.moved),
            conflicts=conflicts,
            refusal=refusal,
            today=now().astimezone(local_zone()).date(),
            **self.words,
        )

    def refused(self) -> ResponseReturnValue | None:
        """The page again where the hour is none, is taken, or has conflicts that nobody has read yet."""
        if not self.form.validate():
            return self.shown(), 422
        starts_at, choice = self.form.starts_at(local_zone()), self.choice
        try:
            refuse_collision(choice.kind, choice.host, starts_at, travel=choice.travel, ignoring=self.moved)
        except RuleBroken as refusal:
            return self.shown(refusal=refusal.sentence), 409
        conflicts = conflicts_of(choice.kind, choice.host, starts_at, now(), travel=choice.travel, ignoring=self.moved)
        if conflicts and self.form.agreed.data != starts_at.isoformat():
            self.form.agreed.data = starts_at.isoformat()
            return self.shown(conflicts), 422
        return None


def _details(form: BehalfForm, choice: HourChoice) -> Details:
    is_visit = choice.kind.place is Place.VISIT
    return Details(
        phone=form.phone.data or None,
        street_address=(form.street_address.data or None) if is_visit else None,
        postcode=(choice.postcode or None) if is_visit else None,
        city=(form.city.data or None) if is_visit else None,
        wishes=form.wishes.data or None,
    )
