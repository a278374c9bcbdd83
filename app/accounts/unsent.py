"""A form sent by somebody who had been signed out meanwhile: it waits in the page that asks them to sign in.

It waits there sealed. Only this server can open it, for whoever was signed in, and for a day. Nothing of it is stored
here, and nobody who comes to that browser later can read it. Passwords never wait.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from flask import Flask, render_template, request, session
from flask.typing import ResponseReturnValue

from app.accounts.forms import SignInForm
from app.accounts.models import User
from app.accounts.sessions import WHOSE
from app.core.access import forms_are_kept_by
from app.core.clock import now
from app.core.crypto import seal, unseal

LIVES = timedelta(days=1)
LABEL = "unsent form"
LONGEST = 400_000
"""What a form may weigh, sealed, to come back in a field of the page: what is longer does not wait."""
LEFT_OUT = ("csrf_token", "password", "current")
"""What does not wait: passwords, and what proves that a form is ours, which ends with the session."""


@dataclass(frozen=True, slots=True)
class UnsentForm:
    """A form as it was typed, and where it was to go."""

    address: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool

    @property
    def words(self) -> list[str]:
        """What reads as if somebody had written it: more than one word."""
        return [text for _name, text in self.fields if len(text.split()) > 1]


def seal_form(form: UnsentForm, user_id: int | None, now: datetime) -> str:
    """The form as text that only `open_form` can read."""
    content = json.dumps([form.address, form.fields, form.has_files, user_id, int((now + LIVES).timestamp())])
    return base64.urlsafe_b64encode(seal(zlib.compress(content.encode()), LABEL)).decode()


def open_form(sealed: str, user: User, now: datetime) -> UnsentForm | None:
    """What was sealed; None for what is not ours, too old or somebody else's."""
    try:
        content = zlib.decompress(unseal(base64.urlsafe_b64decode(sealed.encode()), LABEL))
    except (InvalidTag, ValueError):
        return None
    address, fields, has_files, user_id, until = json.loads(content)
    if user_id not in (None, user.id) or now.timestamp() >= until:
        return None
    return UnsentForm(address, tuple((name, text) for name, text in fields), has_files)


def _ask_with_form() -> ResponseReturnValue | None:
    """The page that asks for sign-in, with the form in it; None where there is nothing that can wait."""
    if not _is_from_our_page():
        return None
    fields = tuple(each for each in request.form.items(multi=True) if each[0] not in LEFT_OUT)
    if not fields:
        return None
    unsent = UnsentForm(request.full_path.rstrip("?"), fields, bool(request.files))
    sealed = seal_form(unsent, session.get(WHOSE), now())
    if len(sealed) > LONGEST:
        return None
    form = SignInForm(formdata=None, unsent=sealed)
    return render_template("accounts/sign_in.html", form=form), 401


def _is_from_our_page() -> bool:
    """Whether the browser says so, as all do. Another site could have forms of its own sent in our name."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def init_app(app: Flask) -> None:
    """Keep what strangers send to pages behind sign-in until they have signed in."""
    forms_are_kept_by(app, _ask_with_form)
