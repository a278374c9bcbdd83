"""Links to a map of an address."""

from urllib.parse import urlencode

MAP = "https://www.openstreetmap.org/search"


def map_address(*parts: str | None) -> str:
    """The web address of a map that looks for the parts of an address which are given; "" when none is."""
    place = ", ".join(part for part in parts if part)
    return f"{MAP}?{urlencode({'query': place})}" if place else ""
