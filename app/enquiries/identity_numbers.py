"""Swedish personal identity numbers, blotted out before anything is stored: nobody needs one to answer a question."""

import re
from datetime import date

BLOT = "[personnummer borttaget]"

_DASHES = "-+\u2010\u2011\u2012\u2013\u2014\u2212"
_CANDIDATE = re.compile(
    rf"(?<![\d+])(?P<century>18|19|20)?(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    rf"(?P<mark>[ \u00a0]?[{_DASHES}][ \u00a0]?|[ \u00a0])?(?P<number>\d{{4}})(?![\d])"
)
COORDINATION_DAYS = 60
"""A samordningsnummer has sixty added to its day."""
_MOBILE = "070"


def mask(text: str, today: date) -> tuple[str, bool]:
    """The text without personal identity and coordination numbers, and whether there was any.

    Only what has the shape, a possible date that has been, and the right check digit (folkbokföringslagen 18 §, Luhn)
    counts, so that telephone and order numbers are left. Ten digits in a row that begin 070 are a mobile number.
    """
    masked = _CANDIDATE.sub(lambda found: BLOT if _is_identity_number(found, today) else found.group(), text)
    return masked, masked != text


def _is_identity_number(found: re.Match[str], today: date) -> bool:
    century, year, month, day, mark, number = found.group("century", "year", "month", "day", "mark", "number")
    if not century and not mark and found.group().startswith(_MOBILE):
        return False
    if not _luhn(year + month + day + number):
        return False
    day_of_month = int(day) - COORDINATION_DAYS if int(day) > COORDINATION_DAYS else int(day)
    centuries = [century] if century else ["19", "20"]
    return any(_has_been(int(hundred + year), int(month), day_of_month, today) for hundred in centuries)


def _has_been(year: int, month: int, day: int, today: date) -> bool:
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False


def _luhn(digits: str) -> bool:
    """Whether the last of ten digits is the check digit of the nine before it."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
