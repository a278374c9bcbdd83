"""Tables as files that spreadsheets of this part of the world open as they are: CSV, and Excel's own form."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO

Cell = str | int | float | date | None
Row = Sequence[Cell]

IN_MEMORY = 1 << 20
"""Bytes of a workbook that are kept in memory; the rest goes to a file that has no name."""


def csv_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as semicolon-separated lines, row by row, after the mark by which Excel knows UTF-8."""
    yield b"\xef\xbb\xbf"
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_as_written(value) for value in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _as_written(value: Cell) -> Cell:
    if isinstance(value, float):
        return f"{value:.2f}".removesuffix(".00").replace(".", ",")  # as numbers are written here
    return _harmless(value)


def _harmless(value: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula, made text by an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def workbook(rows: Iterable[Row]) -> IO[bytes]:
    """The rows as a workbook of one sheet, the first row its head. Written row by row; the caller closes it.

    A cell that looks like a formula or an address stays the text that it is.
    """
    from xlsxwriter import Workbook  # 4 MiB that only those who ask for such a file need

    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (open until it has been sent)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(file, {**options, "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value, bold if number == 0 else None)
    sheet.freeze_panes(1, 0)
    book.close()
    file.seek(0)
    return file


def pieces_of(file: IO[bytes], size: int = 64 * 1024) -> Iterator[bytes]:
    """The file's bytes some at a time, and its end."""
    with file:
        while piece := file.read(size):
            yield piece
