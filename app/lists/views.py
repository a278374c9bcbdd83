from flask import Blueprint

from app.contacts import merges, tags  # noqa: F401  (the tables, until a page reads them)
from app.leads import tags as lead_tags  # noqa: F401
from app.lists import models  # noqa: F401

bp = Blueprint("lists", __name__, url_prefix="/lists")
