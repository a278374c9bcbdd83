from app.core.db import db
from app.settings.models import Business


def the_business() -> Business:
    """The one business of this instance."""
    return db.session.get_one(Business, 1)
