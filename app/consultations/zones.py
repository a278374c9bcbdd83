"""The time zones that visitors can say they are in: one for each clock that people there go by."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from app.core.language import LANGUAGES, current_language, local_zone
from app.core.words import sort_key

ZONES = (
    "Atlantic/Reykjavik",
    "Atlantic/Azores",
    "Atlantic/Canary",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Stockholm",
    "Europe/Helsinki",
    "Europe/Athens",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "America/St_Johns",
    "America/Halifax",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "America/Montevideo",
    "Asia/Jerusalem",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
)


def chosen_zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None for our own, and for what is not among the choices."""
    return ZoneInfo(name) if name in ZONES and name != local_zone().key else None


def zone_choices() -> list[tuple[str, str]]:
    """Each zone but our own with the city it is known by, in the order of the alphabet."""
    return [(name, city) for name, city in _cities(current_language()) if name != local_zone().key]


def city_of(zone: ZoneInfo) -> str:
    """The city that a zone is known by, in the language of the page."""
    return get_timezone_location(zone, locale=current_language(), return_city=True)


@lru_cache(maxsize=len(LANGUAGES))
def _cities(language: str) -> tuple[tuple[str, str], ...]:
    named = ((name, get_timezone_location(ZoneInfo(name), locale=language, return_city=True)) for name in ZONES)
    return tuple(sorted(named, key=lambda choice: sort_key(choice[1])))
