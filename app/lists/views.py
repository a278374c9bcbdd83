from flask import Blueprint

from app.contacts import merges  # noqa: F401  (the table, until a page reads it)

bp = Blueprint("lists", __name__, url_prefix="/lists")
