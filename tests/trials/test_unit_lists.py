import pytest

from app.trials.unit_lists import BrokenQuote, Column, Row, read_list

SERIAL, MODEL, VALUE, ACQUIRED, NOTE = Column
LINE = {SERIAL: "BM-104", MODEL: "BM Hem", VALUE: "12 500", ACQUIRED: "2026-03-01", NOTE: "Repa"}


@pytest.mark.parametrize(
    "text",
    [
        "BM-104\tBM Hem\t12 500\t2026-03-01\tRepa",
        "BM-104;BM Hem;12 500;2026-03-01;Repa",
        "BM-104, BM Hem, 12 500, 2026-03-01, Repa",
    ],
)
def test_a_line_is_parted_by_tab_semicolon_or_comma(text: str) -> None:
    assert read_list(text).rows == [Row(1, LINE)]


@pytest.mark.parametrize(
    "names",
    [
        "Serienummer;Modell;Värde (kr);Inköpt;Anteckning",
        "SERIAL NUMBER;Model;Value;Acquired;Note",
        "serienr.;modell;Värde i kronor;Inköpsdatum;kommentar",
    ],
)
def test_the_first_line_may_name_the_columns(names: str) -> None:
    assert read_list(f"{names}\nBM-104;BM Hem;12 500;2026-03-01;Repa").rows == [Row(2, LINE)]


def test_columns_stand_in_any_order_and_unknown_ones_are_told() -> None:
    found = read_list("Färg;Modell;;Serienummer\nblå;BM Hem;x;BM-104\n;;;\n\nröd;;;BM-105;för mycket")

    assert found.rows == [Row(2, {MODEL: "BM Hem", SERIAL: "BM-104"}), Row(5, {SERIAL: "BM-105"})]
    assert found.unread == ["Färg"]


def test_a_sheet_may_begin_with_an_empty_column() -> None:
    assert read_list("\tSerienummer\tModell\n\tBM-104\tBM Hem").rows == [Row(2, {SERIAL: "BM-104", MODEL: "BM Hem"})]


def test_a_cell_in_quotes_may_hold_what_parts_cells_and_lines() -> None:
    found = read_list('BM-104,BM Hem,"12 500,50",,"Repa,\ndjup"\nBM-105,BM Hem')

    assert found.rows == [
        Row(2, {SERIAL: "BM-104", MODEL: "BM Hem", VALUE: "12 500,50", NOTE: "Repa, djup"}),
        Row(3, {SERIAL: "BM-105", MODEL: "BM Hem"}),
    ]


def test_a_quotation_mark_without_its_partner_swallows_nothing_in_silence() -> None:
    with pytest.raises(BrokenQuote) as broken:
        read_list('BM-104;BM Hem;;;"Repa\nBM-105;BM Hem\nBM-106;BM Hem')

    assert broken.value.line == 3


def test_a_list_of_nothing_has_no_rows() -> None:
    assert read_list(" \n;;\n").rows == []
    assert read_list("Serienummer;Modell").rows == []
