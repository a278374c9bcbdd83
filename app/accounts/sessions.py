"""Signed-in browsers. The browser holds a random token in a signed cookie; the database holds the token's hash.

Signing out deletes the row, so that a copy of the cookie is worth nothing. A session ends
30 days after it was last used.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask, Request, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.orm import contains_eager

from app.accounts.models import User, UserSession
from app.core.access import is_public
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import StorageUnavailable

LIFETIME = timedelta(days=30)
WHOSE = "user_id"
"""Whose browser it is, in its cookie, also once the session is over."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly we know when a browser was last seen: a page that only shows seldom writes."""


def hash_token(token: str) -> str:
    """What is stored of a random token. A fast hash will do: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(user: User, browser: str, now: datetime) -> str:
    """A new session for the user; its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            token_hash=hash_token(token),
            user=user,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            browser=browser,
        )
    )
    return token


_LASTING = (
    sa.select(UserSession)
    .join(UserSession.user)
    .options(contains_eager(UserSession.user))
    .where(
        UserSession.token_hash == sa.bindparam("token_hash"),
        UserSession.expires_at > sa.bindparam("now", type_=UserSession.expires_at.type),
        User.is_active,
    )
)


def session_of(token: str, now: datetime) -> UserSession | None:
    """The session with its user, while it lasts and the user may sign in."""
    return db.session.scalar(_LASTING, {"token_hash": hash_token(token), "now": now})


def end_session(token: str) -> None:
    """End one session; a second call changes nothing."""
    db.session.execute(sa.delete(UserSession).where(UserSession.token_hash == hash_token(token)))


def end_sessions(user: User, *, but: str = "") -> None:
    """End the user's sessions, except the one with the token `but`."""
    db.session.execute(
        sa.delete(UserSession).where(UserSession.user_id == user.id, UserSession.token_hash != hash_token(but))
    )


def sessions_of(user: User, now: datetime) -> list[UserSession]:
    """Where the user is signed in, the last seen first."""
    query = sa.select(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at > now)
    return list(db.session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc())))


def sign_in_browser(user: User, token: str) -> None:
    """Give the browser its cookie. Whatever the cookie held before is thrown away (session fixation)."""
    session.clear()
    g.pop("csrf_token", None)  # the proof of a form, made in this request, belongs to the session before
    session.permanent = True
    session[WHOSE] = user.id
    user.session_token = token
    login_user(user)


def sign_out_browser() -> None:
    """Empty the browser's cookie."""
    logout_user()
    session.clear()


def signed_in() -> User:
    """Who is signed in: the user itself, to be passed to services. Only for pages that ask for sign-in."""
    user: User = current_user._get_current_object()
    return user


def browser_name(asking: Request) -> str:
    """A browser in words that its owner knows: "Firefox, Android"."""
    words = asking.user_agent.string
    known = (
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    found = [next((name for mark, name in table if mark in words), "") for table in (known, systems)]
    return ", ".join(part for part in found if part)


def _user_of_token(token: str) -> User | None:
    found = session_of(token, now())
    if found is None:
        return None
    user = found.user
    user.session_token = token
    g.theme, g.is_owner = user.theme, user.is_owner  # for the frame of an error page, which asks the database nothing
    g.may_change = user.may_change
    g.session_id, g.session_seen_at = found.id, found.seen_at
    return user


def _stay_signed_in() -> None:
    moment = now()
    if is_public(request.endpoint) or not current_user.is_authenticated or moment - g.session_seen_at < SEEN_EVERY:
        return
    token_hash = hash_token(current_user.session_token)
    try:
        with writing() as storage:
            seen = sa.update(UserSession).where(UserSession.token_hash == token_hash)
            storage.execute(seen.values(seen_at=moment, expires_at=moment + LIFETIME))
    except StorageUnavailable:
        return  # the page itself may still be shown; the next one tries again
    session.modified = True  # the cookie's own end moves too


class LazySessions(SecureCookieSessionInterface):
    """Flask's own, which makes a signer for every request, also for those that bring no cookie to be read."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie, an empty one where there is none."""
        if self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()


def init_app(app: Flask) -> None:
    """Let Flask-Login know users by the tokens of their sessions."""
    app.config.update(
        SESSION_COOKIE_NAME="ledtrad",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=str(app.config["PUBLIC_URL"]).startswith("https:"),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )
    app.session_interface = LazySessions()
    manager = LoginManager(app, add_context_processor=False)
    app.context_processor(lambda: {"current_user": current_user})  # asks the database only where it is used
    manager.session_protection = None  # a phone changes its network address all day
    manager.user_loader(_user_of_token)
    app.before_request(_stay_signed_in)
