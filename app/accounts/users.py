"""Who may sign in: the owner's list."""

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import services
from app.accounts.forms import InviteForm, RoleForm
from app.accounts.models import Role, User
from app.accounts.queries import all_users
from app.accounts.sessions import signed_in
from app.accounts.views import bp
from app.core.access import owner_only
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.labels import label
from app.core.public_addresses import public_address
from app.core.toasts import toast


@bp.get("/users/")
@owner_only
def users() -> ResponseReturnValue:
    """The list; and, once, the link that was just made."""
    return render_template("accounts/users.html", users=all_users(), new_link=_new_link())


@bp.route("/users/add", methods=["GET", "POST"])
@owner_only
def add_user() -> ResponseReturnValue:
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with writing():
                user = services.add_user(form.email.data or "", form.name.data or "", form.role.data, now())
                token = services.invite(user, now())
        except RuleBroken as refusal:
            form.email.errors = [str(refusal)]
        else:
            return _show_link(user, token)
    return render_template("accounts/add_user.html", form=form), 422 if form.errors else 200


@bp.post("/users/<int:user_id>/link")
@owner_only
def make_link(user_id: int) -> ResponseReturnValue:
    """A new link to choose a password: the first one ran out, or the password is forgotten."""
    with writing():
        user = _user(user_id)
        token = services.invite(user, now())
    return _show_link(user, token)


@bp.post("/users/<int:user_id>/shut-out")
@owner_only
def shut_out(user_id: int) -> ResponseReturnValue:
    with writing():
        user = _user(user_id)
        services.shut_out(user, signed_in())
    toast(_("Personen kan inte längre logga in."), undo=url_for("accounts.let_in_again", user_id=user_id))
    return redirect(url_for("accounts.users"), 303)


@bp.post("/users/<int:user_id>/let-in")
@owner_only
def let_in_again(user_id: int) -> ResponseReturnValue:
    with writing():
        user = _user(user_id)
        services.let_in_again(user)
    toast(_("Personen kan logga in igen."))
    return redirect(url_for("accounts.users"), 303)


@bp.route("/users/<int:user_id>/role", methods=["GET", "POST"])
@owner_only
def change_role(user_id: int) -> ResponseReturnValue:
    """What somebody may do: everything, all but the settings, or only look."""
    user = _user(user_id)
    form = RoleForm(obj=user)
    if form.validate_on_submit():
        try:
            with writing():
                before = _user(user_id).role
                services.change_role(_user(user_id), form.role.data)
        except RuleBroken as refusal:
            form.role.errors = [str(refusal)]
        else:
            _say_role(user, undo=url_for("accounts.change_role_back", user_id=user_id, role=before))
            return redirect(url_for("accounts.users"), 303)
    return render_template("accounts/change_role.html", form=form, user=user), 422 if form.errors else 200


@bp.post("/users/<int:user_id>/role/back")
@owner_only
def change_role_back(user_id: int) -> ResponseReturnValue:
    """To the role that the address names."""
    user, role = _user(user_id), request.args.get("role", type=Role) or abort(400)
    with writing():
        services.change_role(user, role)
    _say_role(user)
    return redirect(url_for("accounts.users"), 303)


def _say_role(user: User, *, undo: str = "") -> None:
    toast(_("%(name)s är nu %(role)s.", name=user.name, role=label(user.role).lower()), undo=undo)


def _user(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


def _show_link(user: User, token: str) -> ResponseReturnValue:
    """On to the list, which shows the link this once."""
    session["new_link"] = [user.id, token]  # the browser keeps no name
    return redirect(url_for("accounts.users"), 303)


def _new_link() -> dict[str, str] | None:
    """The link that was just made, and whom it is for; None when it has been shown."""
    user_id, token = session.pop("new_link", (0, ""))
    user = db.session.get(User, user_id) if user_id else None
    return {"name": user.name, "address": public_address("accounts.link", token=token)} if user else None
