"""What becomes of a booking that the hours have left outside (booking rule 17)."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.consultations.affected import affected
from app.consultations.agreeing import ask_to_move, keep
from app.consultations.desk_forms import CancelForm
from app.consultations.ending import cancel
from app.consultations.hour_views import Forms, address_of, allowed_host, hours_page
from app.consultations.models import Consultation
from app.consultations.queries import consultation_to_change
from app.consultations.views import bp
from app.core.clock import now
from app.core.db import db, writing
from app.core.toasts import toast


@bp.post("/consultations/<int:consultation_id>/decide")
def decide(consultation_id: int) -> ResponseReturnValue:
    """Keep it, ask the visitor to choose another time, or cancel it."""
    booking = db.session.get(Consultation, consultation_id) or abort(404)
    host = allowed_host(booking.host_id)
    what, form = request.form.get("what", ""), CancelForm()
    if what == "cancel" and not form.validate():
        return hours_page(host, Forms.of(host), refused=booking.id, cancel_form=form), 422
    with writing():
        words = _do(what, consultation_to_change(consultation_id) or abort(404), form.why.data or None)
    toast(words)
    return redirect(address_of(host, "affected" if affected(now(), host.id) else None), 303)


def _do(what: str, booking: Consultation, why: str | None) -> str:
    if what not in ("keep", "ask", "cancel"):
        abort(400)
    if what == "keep":
        keep(booking, signed_in(), now())
        return str(_("Bokningen är kvar, fast den ligger utanför tiderna."))
    if what == "ask":
        ask_to_move(booking, signed_in(), now())
        return str(_("Vi har bett om en ny tid. Bokningen gäller tills en annan är vald."))
    cancel(booking, now(), actor=signed_in(), why=why)
    return str(_("Bokningen är avbokad."))
