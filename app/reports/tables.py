"""The tables of the reports: what a chart shows, for whoever would rather read it, and for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.reports.cells import Cell, cell_in_file, cell_words

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and of what kind the numbers under it are where a file cannot show that."""

    words: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows whose first cell names them; the name is that of its file."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None

    def as_words(self) -> list[list[str]]:
        """The rows as a page shows them."""
        return [[cell_words(cell) for cell in row] for row in self.rows]

    def total_words(self) -> list[str]:
        """The last row, of all together; empty where there is none."""
        return [cell_words(cell) for cell in self.total or ()]

    def in_file(self) -> Iterator[list[str | int]]:
        """All that a file holds, its headings first."""
        yield [f"{column.words} ({column.unit})" if column.unit else column.words for column in self.columns]
        for row in (*self.rows, *([self.total] if self.total else ())):
            yield [cell_in_file(cell) for cell in row]


def hours() -> str:
    """What lengths of time are counted in, in a file."""
    return str(_("timmar"))
