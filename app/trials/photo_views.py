"""The photos of a loan, for who is signed in."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.core.uploads import takes_files
from app.trials.models import Trial
from app.trials.photo_forms import PhotosForm
from app.trials.photos import photo_of, photos_of, take_away, take_in
from app.trials.protocols import PhotoKind
from app.trials.views import bp


@bp.route("/trials/<int:trial_id>/photos", methods=["GET", "POST"])
@takes_files
def photos(trial_id: int) -> ResponseReturnValue:
    """All photos of a loan, and more of them."""
    trial = db.session.get(Trial, trial_id) or abort(404)
    form = PhotosForm(kind=request.args.get("kind", PhotoKind.HAND_OVER, type=PhotoKind))
    if form.validate_on_submit():
        try:
            with writing():
                take_in(_trial(trial_id), form.kind.data, form.photos.pictures, now())
        except RuleBroken as refusal:
            form.photos.errors = [refusal.sentence]
        else:
            toast(_("Bilderna är sparade."))
            return redirect(url_for("trials.photos", trial_id=trial_id), 303)
    page = render_template("trials/photos.html", trial=trial, photos=photos_of(trial_id), form=form)
    return page, 422 if form.errors else 200


@bp.get("/trials/<int:trial_id>/photos/<int:photo_id>.jpg")
def photo(trial_id: int, photo_id: int) -> Response:
    """One photo. Nobody keeps it on the way."""
    found = photo_of(trial_id, photo_id) or abort(404)
    response = make_response(found.jpeg)
    response.mimetype = "image/jpeg"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/trials/<int:trial_id>/photos/<int:photo_id>/delete")
def delete_photo(trial_id: int, photo_id: int) -> ResponseReturnValue:
    with writing():
        take_away(photo_of(trial_id, photo_id) or abort(404))
    toast(_("Bilden är borttagen."))
    return redirect(url_for("trials.photos", trial_id=trial_id), 303)


def _trial(trial_id: int) -> Trial:
    return db.session.get(Trial, trial_id) or abort(404)
