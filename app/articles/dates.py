"""Days as people write them above an article."""

import re
from datetime import date

_MONTHS = {
    word: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "mars march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for word in names.split()
}
_LABEL = r"(?:(?:publicerad|publicerat|published|datum|date|uppdaterad|updated)\b\s*(?:den|on)?\s*:?\s*)?"
_WEEKDAYS = r"(?:mån|tis|ons|tors|fre|lör|sön)(?:dag(?:en)?)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WEEKDAY = rf"(?:(?:{_WEEKDAYS}),?\s+)?(?:den\s+)?"
_TIME = r"(?:,?\s*(?:T|kl\.?|klockan|at)?\s*\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_SHAPES = tuple(
    re.compile(_LABEL + _WEEKDAY + shape + _TIME + r"\.?", re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\s?[-/.]\s?(?P<month>\d{1,2})\s?[-/.]\s?(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:\.|:e|st|nd|rd|th)?\s+(?P<name>[a-zåäö]{3,9})\.?,?\s+(?P<year>\d{4})",
        r"(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
)


def day_written_as(text: str) -> date | None:
    """The day that the whole text says (`17.10.2025`, `2025-10-17`, `17 oktober 2025`), or None when it says more."""
    words = text.strip()
    if len(words) > 60:
        return None
    for shape in _SHAPES:
        if found := shape.fullmatch(words):
            return _day(**found.groupdict())
    return None


def _day(year: str, day: str, month: str | None = None, name: str | None = None) -> date | None:
    number = int(month) if month else _MONTHS.get((name or "").lower())
    try:
        return date(int(year), number, int(day)) if number else None
    except ValueError:
        return None
