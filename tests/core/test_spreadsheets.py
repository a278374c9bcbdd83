"""Tables as files that spreadsheets open as they are."""

import io
import zipfile
from datetime import date

from app.core.spreadsheets import csv_lines, pieces_of, workbook

ROWS = [["Namn", "Dag", "Kronor"], ["Åsa; Ek", date(2026, 11, 23), 1250.5], ["=1+1", None, 100.0]]


def test_lines_open_in_a_swedish_spreadsheet() -> None:
    assert b"".join(csv_lines(ROWS)).decode("utf-8-sig").split("\r\n") == [
        "Namn;Dag;Kronor",
        '"Åsa; Ek";2026-11-23;1250,50',
        "'=1+1;;100",
        "",
    ]


def test_what_begins_as_a_formula_is_text() -> None:
    cells = [b"".join(csv_lines([[word]]))[3:] for word in ("=A1", "+46", "-1", "@x", "\tx", "x=1")]

    assert cells == [b"'=A1\r\n", b"'+46\r\n", b"'-1\r\n", b"'@x\r\n", b"'\tx\r\n", b"x=1\r\n"]


def test_a_line_is_written_when_it_is_asked_for() -> None:
    def rows() -> object:
        yield ["a"]
        raise LookupError

    lines = csv_lines(rows())  # type: ignore[arg-type]

    assert (next(lines), next(lines)) == (b"\xef\xbb\xbf", b"a\r\n")


def test_a_workbook_has_its_rows_and_no_formula() -> None:
    content = b"".join(pieces_of(workbook(ROWS)))

    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<t>Åsa; Ek</t>" in sheet
    assert "<t>=1+1</t>" in sheet
    assert "<f>" not in sheet
    assert "<v>1250.5</v>" in sheet
