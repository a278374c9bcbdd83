from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts import attempts, services
from app.accounts.forms import ChangePasswordForm, NoticesForm, ProfileForm, SignInForm
from app.accounts.models import Theme, User
from app.accounts.passwords import hash_password, is_outdated, is_right
from app.accounts.queries import has_users, user_with
from app.accounts.sessions import (
    browser_name,
    end_session,
    end_sessions,
    sessions_of,
    sign_in_browser,
    sign_out_browser,
    signed_in,
    start_session,
)
from app.accounts.unsent import open_form
from app.core.access import own, public
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import LANGUAGES
from app.core.mail_addresses import address_key, normalised
from app.core.toasts import toast

bp = Blueprint("accounts", __name__)


def here(address: str | None) -> str | None:
    """The address, if it is a path on this site; None for what could lead elsewhere ("//x", "/\\x", "https:")."""
    if (
        not address
        or not address.startswith("/")
        or address.startswith("//")
        or "\\" in address
        or not address.isprintable()
    ):
        return None
    return None if urlsplit(address).netloc else address


def go_on(address: str | None = None) -> ResponseReturnValue:
    """On to a page of ours that was asked for, or to Today."""
    return redirect(here(address) or url_for("home.today"), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET" and current_user.is_authenticated:
        return go_on(form.next.data)
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form, is_new=not has_users()), 422 if form.errors else 200
    try:
        user = _recognise(form.email.data or "", form.password.data or "")
    except attempts.TooManyAttempts as refusal:
        form.form_errors.append(str(refusal))
        return render_template("accounts/sign_in.html", form=form), 429
    if user is None:
        form.form_errors.append(_("E-postadressen och lösenordet hör inte ihop. Försök igen."))
        return render_template("accounts/sign_in.html", form=form), 422
    unsent = open_form(form.unsent.data or "", user, now())
    if unsent:
        return render_template("accounts/unsent.html", unsent=unsent)
    return go_on(form.next.data)


def _recognise(email: str, password: str) -> User | None:
    """Sign in whoever has the password. Raises TooManyAttempts. An unknown address takes as long as a known one."""
    moment = now()
    key = address_key(normalised(email) or email) or ""
    who = attempts.caller(key, request.remote_addr)
    attempts.refuse_too_many(who, moment)
    with writing():
        attempts.store_attempt(who, moment)
    attempts.refuse_too_many(who, moment, own=1)
    user = user_with(key)
    stored = user.password_hash if user and user.is_active else None
    db.session.rollback()  # checking a password takes a while: let go of the database meanwhile
    if not is_right(password, stored) or user is None or stored is None:
        return None
    renewed = hash_password(password) if is_outdated(stored) else stored
    with writing():
        attempts.forget_attempts(who)
        user.password_hash = renewed
        token = start_session(user, browser_name(request), moment)
    sign_in_browser(user, token)
    return user


@bp.post("/sign-out")
@own
def sign_out() -> ResponseReturnValue:
    with writing():
        end_session(signed_in().session_token)
    sign_out_browser()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/profile/", methods=["GET", "POST"])
@own
def profile() -> ResponseReturnValue:
    user = signed_in()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        with writing():
            services.describe_user(user, form.facts())
        toast(_("Din profil är sparad."))
        return redirect(url_for("accounts.profile"), 303)
    return render_template(
        "accounts/profile.html", form=form, sessions=sessions_of(user, now())
    ), 422 if form.errors else 200


@bp.route("/profile/notices", methods=["GET", "POST"])
@own
def notices() -> ResponseReturnValue:
    """What the one who is signed in is told of by mail; nobody sees anybody else's."""
    user = signed_in()
    form = NoticesForm(obj=user)
    if form.validate_on_submit():
        with writing():
            services.choose_notices(user, form.facts(), now())
        toast(_("Dina aviseringar är sparade."))
        return redirect(url_for("accounts.notices"), 303)
    return render_template("accounts/notices.html", form=form), 422 if form.errors else 200


@bp.post("/profile/looks")
@own
def choose_looks() -> ResponseReturnValue:
    """Theme and language, straight from the menu."""
    theme, language = request.form.get("theme"), request.form.get("language")
    if (theme is not None and theme not in list(Theme)) or (language is not None and language not in LANGUAGES):
        abort(400)
    with writing():
        services.choose_looks(signed_in(), theme=Theme(theme) if theme else None, language=language)
    return go_on(request.form.get("next"))


@bp.route("/profile/password", methods=["GET", "POST"])
@own
def change_password() -> ResponseReturnValue:
    user = signed_in()
    form = ChangePasswordForm()
    form.personal = (user.name, user.email)
    if form.validate_on_submit() and _knows_password(user, form):
        renewed = hash_password(form.password.data or "")
        with writing():
            services.set_password(user, renewed, keep_token=user.session_token)
        toast(_("Lösenordet är bytt, och du är utloggad i alla andra webbläsare."))
        return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200


def _knows_password(user: User, form: ChangePasswordForm) -> bool:
    """Whether the present password is right, tried no oftener than at sign-in; else the form says why not."""
    who, moment = attempts.caller(user.email_key, request.remote_addr), now()
    try:
        attempts.refuse_too_many(who, moment)
        with writing():
            attempts.store_attempt(who, moment)
        attempts.refuse_too_many(who, moment, own=1)
    except RuleBroken as refusal:
        form.form_errors.append(str(refusal))
        return False
    if not is_right(form.current.data or "", user.password_hash):
        form.current.errors = [_("Det är inte det lösenord du har nu.")]
        return False
    with writing():
        attempts.forget_attempts(who)
    return True


@bp.post("/profile/sessions/end-others")
@own
def end_other_sessions() -> ResponseReturnValue:
    user = signed_in()
    with writing():
        end_sessions(user, but=user.session_token)
    toast(_("Du är utloggad i alla andra webbläsare."))
    return redirect(url_for("accounts.profile"), 303)
