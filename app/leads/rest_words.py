"""Until when a lead rests, read from the words one types: "till mars", "till 1 mars", "3 månader", "until 1 March".

Swedish and English, folded and without accents. Pure: the words and the day in, a day out.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from app.core.words import fold
from app.leads.resting import months_on, working_day_from

MONTHS = (
    *(("januari", "january"), ("februari", "february"), ("mars", "march"), ("april",), ("maj", "may")),
    *(("juni", "june"), ("juli", "july"), ("augusti", "august"), ("september",), ("oktober", "october")),
    *(("november",), ("december",)),
)
WEEKDAYS = (
    *(("mandag", "monday"), ("tisdag", "tuesday"), ("onsdag", "wednesday"), ("torsdag", "thursday")),
    *(("fredag", "friday"), ("lordag", "saturday"), ("sondag", "sunday")),
)
NUMBERS = (
    *(("en", "ett", "one", "a", "an"), ("tva", "two"), ("tre", "three"), ("fyra", "four"), ("fem", "five")),
    *(("sex", "six"), ("sju", "seven"), ("atta", "eight"), ("nio", "nine"), ("tio", "ten")),
)
LENGTHS: dict[str, Callable[[date, int], date]] = {
    r"dag|dagar|days?": lambda today, number: today + timedelta(days=number),
    r"veckor|vecka|v|weeks?": lambda today, number: today + timedelta(weeks=number),
    r"manader|manad|man|mon|months?": months_on,
    r"kvartal|quarters?": lambda today, number: months_on(today, 3 * number),
    r"ar|years?": lambda today, number: months_on(today, 12 * number),
}
"""What is counted, and where so many of them lead."""
LONGEST_NUMBER = 999
SHORTEST_NAME = 3
"""Letters of a month or weekday that are enough: "sep", "fre"."""

_LEADING = re.compile(r"^(?:till och med|till|til|until|to|for|i|in)\s+(?:den\s+|the\s+)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})\s*/\s*(\d{1,2})(?:\s*[-/ ]\s*(\d{4}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|:[ae]|st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]+)\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?")
_MONTH = re.compile(r"(?:nasta\s+|next\s+)?([a-z]+)(?:\s+(\d{4}))?")
_HALF = re.compile(r"(?:ett\s+)?halvar|(?:a\s+)?half\s+(?:a\s+)?year")


def rest_until(text: str, today: date) -> date | None:
    """The day that the words name, always after today; None where they name none, or one that has been.

    A month alone is its first working day, and a length ends on a working day; a day that is named stands. What names
    no year is the next one to come.
    """
    said = " ".join(_LEADING.sub("", " ".join(fold(text).split())).split())
    readings = (_length, _exact_day, _day_of_month, _weekday, _month)
    found = next((day for read in readings if (day := read(said, today))), None)
    return found if found and found > today else None


def _length(said: str, today: date) -> date | None:
    if _HALF.fullmatch(said):
        return working_day_from(months_on(today, 6))
    for names, ahead in LENGTHS.items():
        counted = re.fullmatch(rf"(?:(\d+|[a-z]+)\s*)?(?:{names})(?:\s+till)?", said)
        number = _number(counted[1]) if counted else None
        if number:
            return working_day_from(ahead(today, number))
    return None


def _number(word: str | None) -> int | None:
    if word is None:
        return None
    if word.isdigit():
        return int(word) if int(word) <= LONGEST_NUMBER else None
    return next((number for number, names in enumerate(NUMBERS, start=1) if word in names), None)


def _exact_day(said: str, today: date) -> date | None:
    if iso := _ISO.fullmatch(said):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if slashed := _SLASHED.fullmatch(said):
        return _next(int(slashed[2]), int(slashed[1]), slashed[3], today)
    return None


def _day_of_month(said: str, today: date) -> date | None:
    if written := _DAY_MONTH.fullmatch(said):
        return _next(_month_called(written[2]), int(written[1]), written[3], today)
    if written := _MONTH_DAY.fullmatch(said):
        return _next(_month_called(written[1]), int(written[2]), written[3], today)
    return None


def _weekday(said: str, today: date) -> date | None:
    name = re.sub(r"^(?:pa|on|nasta|next)\s+", "", said)
    wanted = _place_of(name, WEEKDAYS)
    if wanted is None:
        return None
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _month(said: str, today: date) -> date | None:
    written = _MONTH.fullmatch(said)
    first = _next(_month_called(written[1]), 1, written[2], today) if written else None
    return working_day_from(first) if first else None


def _month_called(name: str) -> int:
    """The month of the year, or 0 where no month is called so."""
    place = _place_of(name, MONTHS)
    return 0 if place is None else place + 1


def _place_of(name: str, table: tuple[tuple[str, ...], ...]) -> int | None:
    if len(name) < SHORTEST_NAME:
        return None
    return next((place for place, names in enumerate(table) if any(one.startswith(name) for one in names)), None)


def _next(month: int, day: int, year: str | None, today: date) -> date | None:
    """That day of the year that is named, or of the first year in which it is still to come."""
    if year:
        return _day(int(year), month, day)
    coming = (_day(candidate, month, day) for candidate in range(today.year, today.year + 9))
    return next((found for found in coming if found and found > today), None)


def _day(year: int, month: int, day: int) -> date | None:
    is_there = 1 <= month <= len(MONTHS) and 1 <= year < date.max.year and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if is_there else None
