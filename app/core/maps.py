"""An address on one line, and on a map."""

from typing import Protocol
from urllib.parse import urlencode

MAP = "https://www.openstreetmap.org/search"
UNBROKEN = "\N{NO-BREAK SPACE}"


class Placed(Protocol):
    """What has an address, or parts of one."""

    @property
    def street_address(self) -> str | None: ...
    @property
    def postcode(self) -> str | None: ...
    @property
    def city(self) -> str | None: ...


def address_line(of: Placed) -> str:
    """The parts of an address that are known, on one line which never breaks inside the postcode; "" when none is."""
    town = " ".join(part for part in ((of.postcode or "").replace(" ", UNBROKEN), of.city) if part)
    return ", ".join(part for part in (of.street_address, town) if part)


def map_address(*parts: str | None) -> str:
    """The web address of a map that looks for the parts of an address which are given; "" when none is."""
    place = ", ".join(part for part in parts if part).replace(UNBROKEN, " ")
    return f"{MAP}?{urlencode({'query': place})}" if place else ""
