"""Ways back: what was before a change, carried by the address that takes it back.

It is sealed, not only signed, since a name may tell of somebody's health and addresses are kept by browsers and logs.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from flask_babel import lazy_gettext as _l

from app.core.crypto import seal, unseal
from app.core.errors import RuleBroken

LASTS = timedelta(hours=1)


def way_back(change: str, before: Any, now: datetime) -> str:
    """A word for an address that carries what was `before` (JSON) the change of that name, for an hour."""
    return urlsafe_b64encode(seal(json.dumps([before, now.timestamp()]).encode(), f"way back: {change}")).decode()


def what_was(change: str, word: str, now: datetime) -> Any:
    """What `way_back` was given. Refused after an hour, for another change, and where the word was altered."""
    try:
        before, made_at = json.loads(unseal(urlsafe_b64decode(word), f"way back: {change}"))
    except (ValueError, InvalidTag):
        raise RuleBroken(_l("Det går inte att ångra härifrån. Ändra för hand i stället.")) from None
    if now.timestamp() - made_at > LASTS.total_seconds():
        raise RuleBroken(_l("Det har gått mer än en timme. Ändra för hand i stället."))
    return before
