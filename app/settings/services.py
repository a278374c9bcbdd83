from collections.abc import Mapping
from typing import Any

from app.core.db import db
from app.settings.models import Business


def ensure_business() -> Business:
    """The one business; made, nameless, when the database is new."""
    business = db.session.get(Business, 1)
    if business is None:
        business = Business(id=1)
        db.session.add(business)
    return business


def describe_business(business: Business, facts: Mapping[str, Any]) -> None:
    """Set the facts by which visitors and mails name the business; what is not among them stays."""
    for name, value in facts.items():
        setattr(business, name, value)
