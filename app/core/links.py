"""Signed links: bound to one purpose, with an end, without a row in the database."""

import re
from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.keys import current_keys

_WORD = re.compile(r"\S+")
_TOKEN = re.compile(r"(?<=[\w-]{8})\.[\w-]{27}(?![\w-])")
"""itsdangerous writes the data, a dot, and 27 letters of signature. Looked for by its dot, so that a long word costs
no more than its letters."""


class LinkBroken(Exception):
    """Not one of ours, altered, or made for another purpose."""


class LinkExpired(Exception):
    """Ours and unaltered, but its time is over. `data` is what it carried."""

    def __init__(self, data: Any) -> None:
        super().__init__("expired link")
        self.data = data


def _serializer(purpose: str) -> URLSafeSerializer:
    cache: dict[str, URLSafeSerializer] = current_app.extensions.setdefault("ledtrad.links", {})
    if purpose not in cache:
        cache[purpose] = URLSafeSerializer(current_keys().signing, salt=f"link:{purpose}")
    return cache[purpose]


def sign(purpose: str, data: Any, expires_at: datetime) -> str:
    """A URL-safe token that carries `data` (JSON) until `expires_at`. Equal arguments give equal tokens."""
    return str(_serializer(purpose).dumps([data, int(expires_at.timestamp())]))


def read(purpose: str, token: str, now: datetime) -> Any:
    """What the token carries. Raises LinkExpired or LinkBroken."""
    try:
        data, expires = _serializer(purpose).loads(token)
        is_over = now.timestamp() >= expires
    except (BadData, ValueError, TypeError) as error:
        raise LinkBroken from error
    if is_over:
        raise LinkExpired(data)
    return data


def without_tokens(text: str, words: str) -> str:
    """The text with `words` in the place of every address that carries a signed token."""
    return _WORD.sub(lambda word: words if _TOKEN.search(word[0]) else word[0], text)
