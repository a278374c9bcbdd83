"""Reading a list of units, pasted or from a file: comma, semicolon or tab between, with or without names of columns."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from app.core.words import fold


class Column(StrEnum):
    """What a list may say of a unit, in the order that it is read in where no names stand on top."""

    SERIAL = "serial"
    MODEL = "model"
    VALUE = "value"
    ACQUIRED = "acquired"
    NOTE = "note"


NAMES = {
    Column.SERIAL: (
        "serienummer",
        "serienr",
        "serial",
        "serial number",
        "serial no",
        "nummer",
        "number",
        "enhet",
        "unit",
    ),
    Column.MODEL: ("modell", "model", "typ", "type"),
    Column.VALUE: ("värde", "värde i kronor", "värde kr", "value", "value sek", "value in kronor"),
    Column.ACQUIRED: ("inköpt", "inköpsdatum", "köpt", "datum", "acquired", "purchased", "bought", "date"),
    Column.NOTE: ("anteckning", "anteckningar", "notering", "kommentar", "note", "notes", "comment"),
}
"""What columns are called, in Swedish and English."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: where it stands in the text, from 1, and what it says."""

    number: int
    cells: Mapping[Column, str]


@dataclass(frozen=True, slots=True)
class UnitList:
    """What was read."""

    rows: Sequence[Row]
    unread: Sequence[str]
    """The names of columns that we do not know."""


class BrokenQuote(Exception):
    """A quotation mark has no partner, so that nobody knows where the lines end."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"broken quotation on line {line}")


def read_list(text: str) -> UnitList:
    """The lines of the text, empty ones left out. The first names the columns where it holds a name of theirs.

    Raises BrokenQuote.
    """
    lines = list(_lines(text))
    columns = [_COLUMNS.get(_plain(name)) for name in lines[0][1]] if lines else []
    if not any(columns):
        return UnitList([_row(number, list(Column), cells) for number, cells in lines], ())
    unread = [name for name, column in zip(lines[0][1], columns, strict=True) if name and not column]
    return UnitList([_row(number, columns, cells) for number, cells in lines[1:]], unread)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [" ".join(cell.split()) for cell in cells]
    except csv.Error:
        raise BrokenQuote(reader.line_num) from None


def _plain(name: str) -> str:
    return " ".join(re.findall("[a-z]+", fold(name)))


_COLUMNS = {_plain(name): column for column, names in NAMES.items() for name in names}


def _delimiter(text: str) -> str:
    """The one of the three that parts the first line most often."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max("\t;,", key=first.count)


def _row(number: int, columns: Sequence[Column | None], cells: Sequence[str]) -> Row:
    return Row(number, {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell})
