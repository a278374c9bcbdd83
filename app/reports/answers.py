"""How soon we answer: the time until the first word from us, and how often that was as soon as we promise."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from app.core.filters import day_name
from app.core.language import local_day, local_zone
from app.core.wall_clock import moment_of
from app.core.workdays import next_working_day
from app.reports.cells import Share
from app.reports.local_days import month_words, months_until
from app.reports.scope import Scope
from app.reports.tables import Column, Row, Table, hours
from app.reports.waits import ALL, MONTHS, WEEKDAYS, Clock, Letters, first_letter_at, first_words
from app.reports.walks import Usual
from app.settings.queries import the_business

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Answers:
    """How soon the enquiries of one sort were answered."""

    words: str
    received: int
    answered: int
    promised: Share
    """Answered within one working day, of those that were answered or should have been by now."""
    within_a_day: Share
    """Answered within 24 hours, of those that were answered or are older."""
    usual: Usual | None

    @property
    def usual_wait(self) -> timedelta | None:
        return self.usual.stay if self.usual else None


@dataclass(frozen=True, slots=True)
class HowSoon:
    """All of the period, by the day of the week that they came, and by month; and what has no answer."""

    all: Answers
    by_weekday: Sequence[Answers]
    by_month: Sequence[Answers]
    waiting: int
    late: int
    """Of those that wait, how many have waited longer than we promise."""
    closed: int
    """Needed no answer."""


def how_soon_in_all(scope: Scope, now: datetime) -> Answers | None:
    """The same of all together, for a period that another is compared with."""
    since = first_letter_at(scope)
    if since is None:
        return None
    clock = Clock(local_zone(), since, now, the_business().closes_at)
    found, usual = first_words(scope, clock)
    return _answers(_("Alla"), found, clock, usual.get(ALL))


def how_soon(scope: Scope, now: datetime, weekdays: Sequence[int] = range(DAYS_OF_A_WEEK)) -> HowSoon | None:
    """How soon we answered those who wrote in the period, by these days of the week; None where nobody did."""
    since = first_letter_at(scope)
    if since is None:
        return None
    clock = Clock(local_zone(), since, now, the_business().closes_at)
    months = months_until(local_day(since), min(local_day(now), scope.period.last_on or date.max))
    found, usual = first_words(scope, clock, weekdays, months)
    of_weekday, of_month = _grouped(found, date.weekday), _grouped(found, lambda day: day.replace(day=1))
    waiting = [one for one in found if one.is_open and one.days_waited is None]
    return HowSoon(
        all=_answers(_("Alla"), found, clock, usual.get(ALL)),
        by_weekday=[
            _answers(day_name(day), of_weekday.get(day, ()), clock, usual.get(WEEKDAYS + day)) for day in weekdays
        ],
        by_month=[
            _answers(month_words(month), of_month.get(month, ()), clock, usual.get(MONTHS + place))
            for place, month in enumerate(months)
        ],
        waiting=_count(waiting),
        late=_count(one for one in waiting if _is_overdue(one, clock)),
        closed=_count(one for one in found if not one.is_open and one.days_waited is None),
    )


def _grouped(found: Iterable[Letters], part_of: Callable[[date], Any]) -> Mapping[Any, Sequence[Letters]]:
    """By a part of the day that they came."""
    groups: dict[Any, list[Letters]] = {}
    for one in found:
        groups.setdefault(part_of(one.day), []).append(one)
    return groups


def _answers(words: str, found: Sequence[Letters], clock: Clock, usual: Usual | None) -> Answers:
    answered = [one for one in found if one.days_waited is not None]
    waiting = [one for one in found if one.is_open and one.days_waited is None]
    overdue = _count(one for one in waiting if _is_overdue(one, clock))
    a_day_old = _count(one for one in waiting if one.is_a_day_old)
    return Answers(
        words=words,
        received=_count(found),
        answered=_count(answered),
        promised=Share(_count(one for one in answered if _is_in_time(one)), _count(answered) + overdue),
        within_a_day=Share(_count(one for one in answered if one.is_within_a_day), _count(answered) + a_day_old),
        usual=usual,
    )


def _count(found: Iterable[Letters]) -> int:
    return sum(one.count for one in found)


_due_on = lru_cache(maxsize=4096)(next_working_day)
"""The last day for an answer to what came on a day; asked for again and again."""


def _is_in_time(one: Letters) -> bool:
    """Whether the first word came before the working day after had closed: what `enquiries/deadlines.py` promises."""
    days_left = (_due_on(one.day) - one.day).days - (one.days_waited or 0)
    return days_left > 0 or (days_left == 0 and one.is_before_closing)


def _is_overdue(one: Letters, clock: Clock) -> bool:
    return moment_of(_due_on(one.day), clock.closes_at, clock.zone) < clock.now


def weekdays_table(report: HowSoon) -> Table:
    """A day of the week a row."""
    return _table("answers-by-weekday", _("Svarstid per veckodag"), _("Kom in"), report.by_weekday, report.all)


def months_table(report: HowSoon) -> Table:
    """A month a row."""
    return _table("answers-by-month", _("Svarstid per månad"), _("Månad"), report.by_month)


def _table(name: str, title: str, sort: str, found: Iterable[Answers], total: Answers | None = None) -> Table:
    columns = (
        Column(sort),
        Column(_("Förfrågningar")),
        Column(_("Besvarade")),
        Column(_("Mediantid"), hours()),
        Column(_("Inom en arbetsdag"), "%"),
        Column(_("Inom ett dygn"), "%"),
    )
    return Table(name, title, columns, [_row(one) for one in found], _row(total) if total else None)


def _row(one: Answers) -> Row:
    return (one.words, one.received, one.answered, one.usual_wait, one.promised, one.within_a_day)
