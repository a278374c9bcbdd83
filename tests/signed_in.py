"""A browser that somebody is signed in with."""

from typing import Any

from flask import Flask, g, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.accounts.sessions import sign_in_browser, start_session
from app.core.clock import now
from app.core.db import db, writing


class SignedIn(FlaskClient):
    """Posts as our own pages do: with the CSRF token of the session, unless the test sends one itself."""

    csrf_token = ""

    def post(self, *args: Any, **options: Any) -> TestResponse:
        options["headers"] = {"X-CSRFToken": self.csrf_token, **options.get("headers", {})}
        return super().post(*args, **options)


def sign_in(app: Flask, user: User) -> SignedIn:
    """A new browser with a real session of the user's in it."""
    browser = SignedIn(app, app.response_class, use_cookies=True)
    with writing():
        token = start_session(db.session.get_one(User, user.id), "Firefox, Linux", now())
    with app.test_request_context():
        g.pop("csrf_token", None)  # the one of a browser that signed in before, in the test's own context
        sign_in_browser(db.session.get_one(User, user.id), token)
        browser.csrf_token = generate_csrf()
        content = dict(session)
    with browser.session_transaction() as stored:
        stored.update(content)
        stored.permanent = True
    return browser
