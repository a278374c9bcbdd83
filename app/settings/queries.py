from app.core.db import db
from app.core.rows import load
from app.settings.models import Business


def the_business() -> Business:
    """The one business of this instance, read at most once in each transaction."""
    business = load(Business, 1)
    db.session().info["business"] = business  # the session itself holds what it has loaded only weakly
    return business
