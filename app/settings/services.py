from app.core.db import db
from app.settings.models import Business


def ensure_business() -> Business:
    """The one business; made, nameless, when the database is new."""
    business = db.session.get(Business, 1)
    if business is None:
        business = Business(id=1)
        db.session.add(business)
    return business
