"""Where a visitor came from, carried from page to page in the addresses themselves: no cookie, no script.

A page puts `carried(request)` on the links that lead to a form; the form carries it in hidden fields.
"""

from urllib.parse import urlsplit

from flask import Request

from app.core.forms import is_storable

LONGEST = {
    "utm_source": 100,
    "utm_medium": 100,
    "utm_campaign": 100,
    "utm_term": 100,
    "utm_content": 100,
    "ref": 253,
    "from": 40,
}
"""What is carried, each with its longest value: UTM fields, the host of another site that linked here, the button."""


def carried(request: Request) -> dict[str, str]:
    """What to add to the address of the next page. Values are cut to size; anything unstorable is left out."""
    found = {name: kept for name in LONGEST if (kept := trimmed(name, request.args.get(name)))}
    if "ref" not in found and (host := referring_host(request)):
        found["ref"] = host
    return found


def trimmed(name: str, value: str | None) -> str:
    """The value as it may be stored under that name, "" for none."""
    kept = " ".join((value or "").split())[: LONGEST[name]]
    return kept if is_storable(kept) else ""


def referring_host(request: Request) -> str:
    """The other site that linked to the page, "" when there is none or it is our own."""
    try:
        host = urlsplit(request.headers.get("Referer", "")).hostname or ""
    except ValueError:
        return ""
    own = request.host.partition(":")[0].lower()
    return "" if host == own else trimmed("ref", host)
