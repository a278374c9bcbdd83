"""The first-run guide's own page and buttons; Today shows it until it is put away."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import writing
from app.core.toasts import toast
from app.home.guide import guide_of
from app.home.guide_mail import send_guide_mail
from app.home.views import bp
from app.settings.queries import the_business


@bp.get("/today/guide")
@owner_only
def guide() -> str:
    """The guide, also when it has been put away."""
    business = the_business()
    return render_template("home/guide.html", guide=guide_of(business), business=business)


@bp.post("/today/guide/put-away")
@owner_only
def put_guide_away() -> ResponseReturnValue:
    """From now on Today is without it."""
    with writing():
        the_business().guide_ended_at = now()
    toast(_("Guiden är undanlagd. Den finns kvar under Inställningar."), undo=url_for("home.take_guide_out"))
    return redirect(url_for("home.today"), 303)


@bp.post("/today/guide/take-out")
@owner_only
def take_guide_out() -> ResponseReturnValue:
    """Today shows it again."""
    with writing():
        the_business().guide_ended_at = None
    return redirect(url_for("home.today"), 303)


@bp.post("/today/guide/mail")
@owner_only
def try_mail() -> ResponseReturnValue:
    """A mail to whoever asks for it."""
    with writing():
        send_guide_mail(signed_in(), now())
    toast(_("Ett testmejl är på väg till %(address)s.", address=signed_in().email))
    return redirect(url_for("home.today"), 303)


@bp.post("/today/guide/no-units")
@owner_only
def lend_nothing() -> ResponseReturnValue:
    """There are no units to put in."""
    with writing():
        the_business().lends_nothing = True
    return redirect(url_for("home.today"), 303)


@bp.post("/today/guide/remove-test")
@owner_only
def remove_test() -> ResponseReturnValue:
    """Remember that the form has been tried, and lead on to where the one who tried it is erased."""
    with writing():
        business = the_business()
        test = guide_of(business).test
        business.form_tried_at = business.form_tried_at or now()
    if test is None:
        return redirect(url_for("home.today"), 303)
    return redirect(url_for("contacts.erase", contact_id=test.contact_id), 303)
