"""Swedish working days: neither weekend, public holiday nor one of the eves that are kept as holidays."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays.countries.sweden import Sweden

from app.core.wall_clock import moment_of


@lru_cache(maxsize=16)
def _closed_days(year: int) -> frozenset[date]:
    return frozenset(Sweden(years=year, categories=("public", "de_facto")))


def is_day_of_rest(day: date) -> bool:
    """A Sunday or public holiday (lag 1989:253), or one of midsommarafton, julafton, nyårsafton."""
    return day.weekday() == 6 or day in _closed_days(day.year)


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
