"""Swedish working days: neither weekend, public holiday nor one of the eves that are kept as holidays."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter

from app.core.wall_clock import moment_of

FRIDAY, SATURDAY = 4, 5
FIXED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))
"""Month and day: nyårsdagen, trettondagen, första maj, nationaldagen, juldagen, annandagen."""
FROM_EASTER = (-2, 0, 1, 39, 49)
"""Days after påskdagen: långfredagen, itself, annandag påsk, Kristi himmelsfärdsdag, pingstdagen."""


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(
        [
            *(date(year, month, day) for month, day in FIXED),
            *(easter(year) + timedelta(days=days) for days in FROM_EASTER),
            _midsummer_eve(year) + timedelta(days=1),
            _first(SATURDAY, date(year, 10, 31)),
        ]
    )


def _midsummer_eve(year: int) -> date:
    return _first(FRIDAY, date(year, 6, 19))


def _first(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def is_public_holiday(day: date) -> bool:
    """One of the days with a name of lag 1989:253; an ordinary Sunday is none."""
    return day in _holidays(day.year)


def is_eve(day: date) -> bool:
    """Midsommarafton, julafton or nyårsafton: no public holidays, but kept as such."""
    return (day.month, day.day) in ((12, 24), (12, 31)) or day == _midsummer_eve(day.year)


def is_day_of_rest(day: date) -> bool:
    """A Sunday or public holiday (lag 1989:253), or one of midsommarafton, julafton, nyårsafton."""
    return day.weekday() == 6 or is_public_holiday(day) or is_eve(day)


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no day of rest."""
    return day.weekday() < 5 and not is_day_of_rest(day)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    candidate = day + timedelta(days=1)
    while not is_working_day(candidate):
        candidate += timedelta(days=1)
    return candidate


def end_of_next_working_day(moment: datetime, zone: ZoneInfo, closes_at: time) -> datetime:
    """When (UTC) the working day after `moment`'s local day closes: what "within one working day" promises."""
    day = next_working_day(moment.astimezone(zone).date())
    return moment_of(day, closes_at, zone)
