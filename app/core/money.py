"""Kronor as people write them. Everywhere else an amount is a whole number of öre."""

import re
from decimal import Decimal

from babel.numbers import format_decimal

from app.core.language import current_language

MOST_ORE = 20_000_000_00
"""More is a slip of the hand, and more than its column holds."""
_AMOUNT = re.compile(
    r"(?:sek|kr)?(?P<kronor>[1-9][0-9]{0,2}(?:[.,][0-9]{3})+|[0-9]{1,12})(?:[.,](?P<ore>[0-9]{1,2}))?(?:sek|kr|[:,]?-)?",
    re.IGNORECASE,
)
"""Three digits after a comma or a point are thousands, one or two are öre: kronor have no smaller part."""


def ore_of(typed: str) -> int:
    """What was meant by "12 500", "12500,50", "12,500.50 kr" or "SEK 12 500". ValueError for all that is no amount."""
    found = _AMOUNT.fullmatch("".join(typed.split()))
    if found is None:
        raise ValueError("no amount")
    kronor, ore = re.sub("[.,]", "", found["kronor"]), (found["ore"] or "").ljust(2, "0")
    return int(kronor) * 100 + int(ore)


def amount_words(ore: int) -> str:
    """The number of kronor: "12 500"; öre are shown only where there are some."""
    pattern = "#,##0" if ore % 100 == 0 else "#,##0.00"
    return format_decimal(Decimal(ore) / 100, pattern, locale=current_language())
