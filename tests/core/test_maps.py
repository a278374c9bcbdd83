from types import SimpleNamespace

import pytest

from app.core.maps import address_line, map_address


@pytest.mark.parametrize(
    ("street", "postcode", "city", "line"),
    [
        ("Ängsvägen 2", "743 30", "Storvreta", "Ängsvägen 2, 743\N{NO-BREAK SPACE}30 Storvreta"),
        (None, "743 30", "", "743\N{NO-BREAK SPACE}30"),
        ("Ängsvägen 2", None, "Storvreta", "Ängsvägen 2, Storvreta"),
        ("", None, None, ""),
    ],
)
def test_an_address_is_a_line_whose_postcode_holds_together(
    street: str | None, postcode: str | None, city: str | None, line: str
) -> None:
    assert address_line(SimpleNamespace(street_address=street, postcode=postcode, city=city)) == line


def test_a_map_looks_for_it_as_it_is_written() -> None:
    address = map_address("Ängsvägen 2, 743\N{NO-BREAK SPACE}30 Storvreta")

    assert address == "https://www.openstreetmap.org/search?query=%C3%84ngsv%C3%A4gen+2%2C+743+30+Storvreta"
    assert map_address("", None) == ""
