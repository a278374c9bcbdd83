"""Why a calendar kept elsewhere could not be read, and what to do about it."""

from typing import Any

from flask_babel import lazy_gettext as _l

FAILURES = {
    "no_address": _l("Adressen ska börja med https:// och leda till en kalender. Kopiera den en gång till."),
    "no_such_host": _l("Det finns ingen server på den adressen. Kopiera den en gång till."),
    "not_public": _l("Adressen leder in i ett slutet nätverk. Kalendern behöver en adress som nås från hela internet."),
    "no_answer": _l("Servern svarar inte som den ska. Försök igen om en stund."),
    "bad_certificate": _l("Servern kan inte visa att den är den rätta, så vi läser inte därifrån."),
    "too_slow": _l("Servern svarade inte inom fem sekunder. Försök igen om en stund."),
    "too_large": _l("Kalendern är större än 1 MB, och så stora läser vi inte."),
    "refused": _l("Servern lämnar inte ut kalendern. Hämta en ny adress i det program där kalendern finns."),
    "too_many_redirects": _l("Adressen leder vidare för många gånger. Kopiera den en gång till."),
    "no_calendar": _l("På adressen finns ingen kalender som går att läsa. Välj adressen i iCal-format."),
    "partly": _l("Några händelser gick inte att läsa. De övriga räknas som upptagna."),
}
"""Why a calendar kept elsewhere could not be read (core/fetching.py, consultations/imports.py)."""


def failure_words(failure: str | None) -> Any:
    """A failure as people read it."""
    return FAILURES.get(failure or "", failure)
