"""The classes of personal data. Every column that can hold words, days or bytes names one where it is declared.

Declared beside the column, so that whatever handles people's data can read one registry and nobody keeps a second list:
`mapped_column(String(200), info=IDENTITY)`. A column without one fails `tests/test_architecture.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column


class Erasure(StrEnum):
    """What erasing a person does to the column."""

    CLEAR = "clear"
    CLEAR_WHEN_BACK = "clear_when_back"
    DELETE_ROW = "delete_row"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class PrivacyClass:
    """One kind of data: why we hold it, on which ground, how long, and what erasure does with it."""

    kind: str
    purpose: str
    ground: str
    keep: str
    erasure: Erasure


def _info(kind: str, purpose: str, ground: str, keep: str, erasure: Erasure) -> dict[Any, Any]:
    return {"privacy": PrivacyClass(kind, purpose, ground, keep, erasure)}


NOT_PERSONAL = _info("none", "running the service", "not personal data", "as long as needed", Erasure.KEEP)
IDENTITY = _info(
    "identity",
    "to know who asked",
    "GDPR 6(1)(b), steps before a contract",
    "24 months after last contact",
    Erasure.CLEAR,
)
CONTACT_DETAIL = _info(
    "contact detail",
    "to answer",
    "GDPR 6(1)(b), steps before a contract",
    "24 months after last contact",
    Erasure.CLEAR,
)
HEALTH = _info(
    "health",
    "to answer what was asked",
    "GDPR 9(2)(a), explicit consent",
    "until withdrawn, at most 24 months after last contact",
    Erasure.CLEAR,
)
SUITABILITY = _info(
    "health",
    "to see whether a trial suits whoever asks for it",
    "GDPR 9(2)(a), explicit consent",
    "until withdrawn, at most as long after the trial as the owner has set",
    Erasure.DELETE_ROW,
)
OWN_RATING = _info(
    "health",
    "to see how a trial goes",
    "GDPR 9(2)(a), explicit consent",
    "until withdrawn, at most as long after the trial as the owner has set",
    Erasure.DELETE_ROW,
)
LOAN = _info(
    "loan",
    "to know where our device is, and to get it back",
    "GDPR 6(1)(b), a contract; after an erasure 17(3)(e), legal claims",
    "until the device is back, then 24 months after last contact",
    Erasure.CLEAR_WHEN_BACK,
)
ATTRIBUTION = _info(
    "attribution",
    "to know which article helps readers",
    "GDPR 6(1)(f), no tracking",
    "as long as the enquiry",
    Erasure.KEEP,
)
CONSENT_PROOF = _info("consent", "to prove what was allowed", "GDPR 7(1)", "36 months after withdrawal", Erasure.KEEP)
ACCOUNT = _info("account", "to let staff sign in", "GDPR 6(1)(f)", "while the account exists", Erasure.CLEAR)
SECRET = _info("secret", "to keep strangers out", "GDPR 32", "until it expires", Erasure.DELETE_ROW)
KEYED_HASH = _info("keyed hash", "to limit abuse and respect a no", "GDPR 6(1)(f)", "until it has served", Erasure.KEEP)


def privacy_of(column: Column[Any]) -> PrivacyClass | None:
    """The class that a column names, or None where none is named."""
    found = column.info.get("privacy")
    return found if isinstance(found, PrivacyClass) else None
