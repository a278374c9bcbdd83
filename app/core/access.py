"""Who may open what: every page asks for sign-in unless its view says `@public`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.errors import OnlyReads

READING = ("GET", "HEAD", "OPTIONS")

_KEPT_FORMS = "ledtrad.kept_forms"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Let strangers open this view. Put it below the route decorator; it sets no cookie and gets no session."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on the function, read by is_public
    return view


def own(view: View) -> View:
    """Let also readers use this view, which changes what is their own alone. Put it below the route decorator."""
    view.is_own = True  # type: ignore[attr-defined]  # a mark on the function, read by the guard
    return view


def is_public(endpoint: str | None) -> bool:
    """Whether strangers may open the endpoint; unknown addresses are public, since there is nothing to guard."""
    if endpoint is None or endpoint == "static":
        return True
    return bool(getattr(current_app.view_functions[endpoint], "is_public", False))


def _is_for_readers(endpoint: str | None) -> bool:
    """Whether somebody who only reads may do this: what shows and nothing more, and what is their own."""
    return endpoint is None or not changes(endpoint)


def owner_only(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Refuse with 403 whoever is signed in without being an owner."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if not current_user.is_owner:
            abort(403)
        return view(*args, **kwargs)

    guarded.is_for_owners = True  # type: ignore[attr-defined]  # a mark on the function, read by may_open
    return guarded


def may_open(endpoint: str, *, is_owner: bool, may_change: bool = True) -> bool:
    """Whether somebody who is signed in may open the endpoint."""
    if not may_change and changes(endpoint):
        return False
    return is_owner or not getattr(current_app.view_functions[endpoint], "is_for_owners", False)


def changes(endpoint: str) -> bool:
    """Whether the endpoint is there to change something that is not one's own."""
    if is_public(endpoint) or getattr(current_app.view_functions[endpoint], "is_own", False):
        return False
    return any(set(rule.methods or ()) - set(READING) for rule in current_app.url_map.iter_rules(endpoint))


def is_sent_by_script() -> bool:
    """Whether a script of ours has sent the form, and shows itself what became of it."""
    return request.headers.get("X-Sent-By") == "script"


def forms_are_kept_by(app: Flask, keep: Callable[[], ResponseReturnValue | None]) -> None:
    """Let `keep()` answer whoever sends a form without being signed in; None where there is nothing to keep."""
    app.extensions[_KEPT_FORMS] = keep


def init_app(app: Flask) -> None:
    """Guard every route of the application, and let a script that sent a form decide where it leads."""

    @app.before_request
    def ask_for_sign_in() -> ResponseReturnValue | None:
        if is_public(request.endpoint) or current_user.is_authenticated:
            return None
        if request.headers.get("HX-Request") or is_sent_by_script():
            return "", 401, {"HX-Redirect": url_for("accounts.sign_in")}
        if request.method == "POST":
            return app.extensions[_KEPT_FORMS]() or redirect(url_for("accounts.sign_in"))
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))

    @app.after_request
    def tell_where_to_go(response: Response) -> Response:
        if response.status_code == 303 and is_sent_by_script():
            response.headers["X-Go-To"] = response.headers.pop("Location")
            response.status_code = 204
            response.set_data(b"")
        return response

    @app.before_request
    def let_readers_read() -> None:
        if not _is_for_readers(request.endpoint) and current_user.is_authenticated and not current_user.may_change:
            raise OnlyReads
