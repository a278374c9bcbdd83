from app.core.db import db
from app.settings.models import Business


def the_business() -> Business:
    """The one business of this instance, read at most once in each transaction."""
    session = db.session()
    business = session.get_one(Business, 1)
    session.info["business"] = business  # the session itself holds what it has loaded only weakly
    return business
