"""What an anonymous form carries instead of a cookie: a signed token with its number and the moment it was shown.

The number (nonce) makes the same form sent twice one thing; the age is a trap for programs; the signature says that the
form is ours. There is no authority to steal from somebody who is not signed in, so nothing more is needed.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from flask import Request, current_app
from flask_babel import gettext as _

from app.core import links

LIVES = timedelta(hours=24)
TOO_FAST = timedelta(seconds=3)


class TokenState(StrEnum):
    """Only a fresh token is accepted; with any other the form is shown again, filled, with a new one."""

    FRESH = "fresh"
    EXPIRED = "expired"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class FormToken:
    """A form's token as it came back. A damaged one has no number and no age."""

    state: TokenState
    nonce: str = ""
    age: timedelta = timedelta(0)

    @property
    def is_fresh(self) -> bool:
        return self.state is TokenState.FRESH

    @property
    def is_too_fast(self) -> bool:
        """Sent sooner than a person can have read it."""
        return self.age < TOO_FAST


def issue(form: str, about: int | str | None, now: datetime) -> str:
    """A token for one showing of a form, about one thing (an article, a lead), with a number of its own."""
    return links.sign(f"form:{form}", [about, int(now.timestamp()), secrets.token_urlsafe(16)], now + LIVES)


def read(form: str, about: int | str | None, token: str | None, now: datetime) -> FormToken:
    """What the form carried. One issued for another form, or about another thing, is damaged."""
    try:
        data, state = links.read(f"form:{form}", token or "", now), TokenState.FRESH
    except links.LinkExpired as expired:
        data, state = expired.data, TokenState.EXPIRED
    except links.LinkBroken:
        return FormToken(TokenState.DAMAGED)
    token_about, issued, nonce = data
    if token_about != about:
        return FormToken(TokenState.DAMAGED)
    return FormToken(state, nonce, now - datetime.fromtimestamp(issued, UTC))


def refusal(request: Request, token: FormToken) -> tuple[int, str] | None:
    """Why a form goes back to who sent it, filled as it was: a status, and what to tell them; None when it need not."""
    if not comes_from_a_known_site(request):
        return 403, _("Formuläret skickades från en annan webbplats. Läs igenom det och skicka det härifrån.")
    if token.state is TokenState.EXPIRED:
        return 422, _("Sidan hade varit öppen länge. Läs igenom det du har skrivit och skicka en gång till.")
    if token.state is TokenState.DAMAGED:
        return 400, _("Något gick fel på vägen hit. Läs igenom det du har skrivit och skicka en gång till.")
    return None


def comes_from_a_known_site(request: Request) -> bool:
    """Whether a page of ours, or of a site in `EMBEDDING_SITES`, sent the form.

    What tells nothing passes (old browsers, programs), since a form without authority is worth no forgery. `Origin` is
    "null" on pages that send no referrer, so `Sec-Fetch-Site` is believed first.
    """
    if request.headers.get("Sec-Fetch-Site") in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and "Sec-Fetch-Site" not in request.headers):
        return True
    known = {_origin(request.host_url), _origin(current_app.config["PUBLIC_URL"])}
    known.update(_origin(site) for site in current_app.config["EMBEDDING_SITES"])
    return _origin(origin) in known


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address  # "http://[" is nobody's
    return f"{parts.scheme}://{parts.netloc}".lower()
