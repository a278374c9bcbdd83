"""What a part of an address may be. What no row can have is no page: 404, and the database is not even asked."""

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from app.core.forms import is_storable

LARGEST_NUMBER = 2**31 - 1
"""PostgreSQL's INTEGER, which numbers every row; SQLite would take more."""


def row_number(typed: str | int) -> int:
    """A number that a row may have, or 0 for none. Raises ValueError for anything else, however long it is."""
    text = str(typed)
    if len(text) > len(str(LARGEST_NUMBER)) or not 0 <= (number := int(text)) <= LARGEST_NUMBER:
        raise ValueError("no row has that number")
    return number


class RowNumber(IntegerConverter):
    """`<int:lead_id>`: the number of a row."""

    def to_python(self, value: str) -> int:
        try:
            return row_number(value)
        except ValueError:
            raise ValidationError from None


class Word(UnicodeConverter):
    """`<slug>`: text that a database can be asked for."""

    def to_python(self, value: str) -> str:
        if not is_storable(value):
            raise ValidationError
        word: str = super().to_python(value)
        return word


def init_app(app: Flask) -> None:
    """Read every route's parts so. Call it before routes are added."""
    app.url_map.converters.update(int=RowNumber, string=Word, default=Word)
