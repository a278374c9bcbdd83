import re

import segno
from flask import Flask

from app.core.db import writing
from app.trials.units import UnitState
from tests.leads.page import read
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_unit

ADDRESS = "https://ledtrad.example.se/trials/units/BM-104"


def codes(page: str) -> list[str]:
    """The modules of each code, as its picture draws them."""
    return re.findall(r'<path stroke="#000" d="([^"]+)"', page)


def drawn(address: str) -> str:
    picture = segno.make(address, error="m", micro=False).svg_inline(border=2, light="white", omitsize=True)
    return codes(picture.replace('class="qrline" ', ""))[0]


def test_a_label_has_a_code_that_opens_the_page_and_the_number_in_letters(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model())

    page = owner_client.get("/trials/units/bm-104/label").text

    assert codes(page) == [drawn(ADDRESS)]
    assert read(page).count("BM-104") == 3
    assert "style=" not in page.partition('id="content"')[2]


def test_a_sheet_has_a_label_of_each_unit_that_is_there(owner_client: SignedIn) -> None:
    with writing():
        home, stable = add_model(), add_model("stall", name="BM Stall")
        add_unit(home)
        add_unit(home, "BM-9")
        add_unit(stable, "BM-7")
        add_unit(home, "BM-8", state=UnitState.SOLD)

    page = owner_client.get("/trials/units/labels").text
    of_stable = owner_client.get(f"/trials/units/labels?model={stable.id}").text

    assert re.findall(r"<strong>(BM-\d+)</strong>", page) == ["BM-7", "BM-9", "BM-104"]
    assert codes(page)[2] == drawn(ADDRESS)
    assert re.findall(r"<strong>(BM-\d+)</strong>", of_stable) == ["BM-7"]


def test_labels_that_are_used_already_are_left_empty_and_sheets_hold_24(owner_client: SignedIn) -> None:
    with writing():
        model = add_model()
        for number in range(23):
            add_unit(model, f"BM-{number}")

    page = owner_client.get("/trials/units/labels?used=2").text

    sheets = page.split('<div class="label-sheet">')[1:]
    assert [(sheet.count("<strong>BM-"), sheet.count("unit-label-used")) for sheet in sheets] == [(22, 2), (1, 0)]


def test_nonsense_about_the_sheet_is_a_whole_sheet(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model())

    assert "unit-label-used" not in owner_client.get("/trials/units/labels?used=x&model=y").text
    assert owner_client.get("/trials/units/labels?used=999").text.count("unit-label-used") == 23


def test_without_units_there_is_nothing_to_print(owner_client: SignedIn) -> None:
    assert "Här blir det en etikett för varje enhet." in owner_client.get("/trials/units/labels").text


def test_a_code_that_would_lead_nowhere_is_warned_of(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model())

    at_home = owner_client.get("/trials/units/BM-104/label").text
    app.config["PUBLIC_URL"] = "http://127.0.0.1:8000"
    here_only = owner_client.get("/trials/units/BM-104/label").text

    warning = "Adressen fungerar bara på den här datorn."
    assert (warning in at_home, warning in here_only) == (False, True)
