"""One-time links: creating the owner, choosing a password, signing in to the demo.

Looking uses nothing up; only the button does.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import services
from app.accounts.forms import FirstOwnerForm, NewPasswordForm, SignInByLinkForm
from app.accounts.models import LinkPurpose, OneTimeLink, User
from app.accounts.passwords import hash_password
from app.accounts.queries import usable_link
from app.accounts.sessions import browser_name, sign_in_browser, start_session
from app.accounts.views import bp
from app.core.access import public
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import current_language

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
"""The referrer stays within the site (the application's own header), and CSRF needs it there over HTTPS."""


@bp.route("/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> ResponseReturnValue:
    found = usable_link(token, now())
    if found is None:
        return render_template("accounts/link_is_over.html"), 410, PRIVATE
    user = db.session.get(User, found.user_id) if found.user_id else None
    form = _form(found, user)
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template(f"accounts/link_{found.purpose}.html", form=form, user=user), status, PRIVATE
    _act(token, found.purpose, form)
    return redirect(url_for("home.today"), 303)


def _form(found: OneTimeLink, user: User | None) -> FirstOwnerForm | NewPasswordForm | SignInByLinkForm:
    if found.purpose is LinkPurpose.CREATE_OWNER:
        return FirstOwnerForm()
    if found.purpose is LinkPurpose.SIGN_IN:
        return SignInByLinkForm()
    form = NewPasswordForm()
    form.personal = (user.name, user.email) if user else ()
    return form


def _act(token: str, purpose: LinkPurpose, form: FirstOwnerForm | NewPasswordForm | SignInByLinkForm) -> None:
    moment, language = now(), current_language()
    hashed = hash_password(form.password.data or "") if isinstance(form, NewPasswordForm) else ""
    with writing():
        if isinstance(form, FirstOwnerForm):
            user = services.create_owner(token, form.email.data or "", form.name.data or "", hashed, moment, language)
        elif purpose is LinkPurpose.CHOOSE_PASSWORD:
            user = services.choose_password(token, hashed, moment)
        else:
            user = services.follow_sign_in_link(token, moment)
        session_token = start_session(user, browser_name(request), moment)
    sign_in_browser(user, session_token)
