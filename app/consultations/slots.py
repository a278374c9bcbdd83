"""When a meeting can start: open hours, what is taken and the rules of its kind go in, free starts come out.

`free_starts` and `refusals` are the whole of it. They read the same two lists, the grid of starts and the bans on it:
what is shown, what is accepted and what is explained are one decision. Nothing here knows of the database or the clock.

    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    free_starts(
        [(monday, monday + timedelta(hours=3))],
        [Busy(monday, monday + timedelta(minutes=45), buffer_after_minutes=15)],
        Terms(duration_minutes=60, step_minutes=30),
    )  # 09:00, 09:30 and 10:00 UTC

Moments are aware, of any zone (a naive one is refused with ValueError), and come out in UTC. Spans may be in any order
and overlap; each is taken from its start until just before its end, and one that ends where it starts or before is no
time at all and counts for nothing. Open spans that overlap or meet are one window.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.consultations.spans import MINUTE, Span, merged, moment_at, number_of
from app.core.wall_clock import monday_of, start_of_day

_EVER = 1 << 62
"""Later than any moment, and its negative earlier."""
_NO_MORE = (_EVER, _EVER)


class Busy(NamedTuple):
    """A time when the host is taken, travel included, and how long before and after it must stay free."""

    starts_at: datetime
    ends_at: datetime
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is to be fitted in, and the rules for when. ValueError where they make no sense."""

    duration_minutes: int
    step_minutes: int
    """A start every so many minutes from the start of each open window, whatever is booked."""
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    """Free time to whatever is next to it; of two neighbours' buffers the larger counts, not their sum."""
    travel_before_minutes: int = 0
    travel_after_minutes: int = 0
    """The host is taken then too, but it need not lie in open hours. Buffers lie outside it."""
    earliest_start: datetime | None = None
    """The first moment that the notice allows."""
    starts_before: datetime | None = None
    """The first moment beyond the horizon."""
    most_per_day: int | None = None
    most_per_week: int | None = None
    """How many starts a day, and a week from Monday, may have."""
    weekdays: frozenset[int] | None = None
    """The weekdays that may have any, Monday 0; None is every one."""
    zone: ZoneInfo | None = None
    """Whose days and weeks these are."""

    def __post_init__(self) -> None:
        limits = [most for most in (self.most_per_day, self.most_per_week) if most is not None]
        around = (self.buffer_before_minutes, self.buffer_after_minutes)
        travel = (self.travel_before_minutes, self.travel_after_minutes)
        if min(self.duration_minutes, self.step_minutes, *limits) < 1:
            raise ValueError("lengths, steps and limits are at least 1")
        if min(*around, *travel) < 0:
            raise ValueError("buffers and travel are no debts")
        if self.zone is None and (limits or self.weekdays is not None):
            raise ValueError("days and weeks need a zone")


class Reason(StrEnum):
    """Which rule removed a start. The first is for `availability.py` to tell: who holds what is not known here."""

    NOT_HELD = "not_held"
    CLOSED = "closed"
    OFF_GRID = "off_grid"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    WEEKDAY = "weekday"
    BUSY = "busy"
    TRAVEL = "travel"
    BUFFER = "buffer"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"


class Refusal(NamedTuple):
    """Why a start is not free, and what takes it where something does."""

    reason: Reason
    by: Busy | None = None


class _Ban(NamedTuple):
    """No meeting starts from `first` until just before `until`."""

    first: int
    until: int
    cause: Reason | Busy


def free_starts(
    open_windows: Iterable[Span], busy: Iterable[Busy | Span], terms: Terms, counted: Iterable[datetime] = ()
) -> list[datetime]:
    """Every start, in order, at which the whole meeting lies in an open window and no rule is broken.

    `counted` are the starts that already count towards the limits of a day and a week. A span of `busy` may leave out
    its buffers.
    """
    grids = _grids(open_windows, terms)
    bans = merged((ban.first, ban.until) for ban in _bans(grids, busy, terms, counted))
    return [moment_at(number) for starts in _allowed(grids, bans) for number in starts]


def refusals(
    start: datetime,
    open_windows: Iterable[Span],
    busy: Iterable[Busy | Span],
    terms: Terms,
    counted: Iterable[datetime] = (),
) -> list[Refusal]:
    """What keeps `start` out of `free_starts`: every rule and every span, in the order of Reason. None: it is free."""
    number = number_of(start)
    bans = _bans([range(number, number + 1)], busy, terms, counted)
    found = [_refusal(number, ban.cause, terms) for ban in bans if ban.first <= number < ban.until]
    return sorted([*_off_hours(number, _grids(open_windows, terms)), *found], key=_rank)


def _off_hours(number: int, grids: list[range]) -> Iterator[Refusal]:
    grid = next((grid for grid in grids if grid.start <= number < grid.stop), None)
    if grid is None:
        yield Refusal(Reason.CLOSED)
    elif number not in grid:
        yield Refusal(Reason.OFF_GRID)


def _grids(open_windows: Iterable[Span], terms: Terms) -> list[range]:
    """The starts of each window at which the whole meeting lies in it."""
    length, step = terms.duration_minutes * MINUTE, terms.step_minutes * MINUTE
    windows = merged((number_of(opens), number_of(closes)) for opens, closes in open_windows)
    return [range(opens, closes - length + 1, step) for opens, closes in windows]


def _bans(grids: list[range], busy: Iterable[Busy | Span], terms: Terms, counted: Iterable[datetime]) -> Iterator[_Ban]:
    yield from _out_of_reach(terms)
    yield from _taken(busy, terms)
    if terms.zone is not None:
        days = [_local_day(number_of(start), terms.zone) for start in counted]
        mondays = [monday_of(day) for day in days]
        yield from _full(days, 1, terms.most_per_day, terms.zone, Reason.DAY_FULL)
        yield from _full(mondays, 7, terms.most_per_week, terms.zone, Reason.WEEK_FULL)
        if terms.weekdays is not None and grids:
            yield from _other_weekdays(grids, terms.weekdays, terms.zone)


def _out_of_reach(terms: Terms) -> Iterator[_Ban]:
    if terms.earliest_start is not None:
        yield _Ban(-_EVER, number_of(terms.earliest_start), Reason.TOO_SOON)
    if terms.starts_before is not None:
        yield _Ban(number_of(terms.starts_before), _EVER, Reason.TOO_FAR)


def _taken(busy: Iterable[Busy | Span], terms: Terms) -> Iterator[_Ban]:
    ahead = terms.duration_minutes + terms.travel_after_minutes
    for span in busy:
        taken = Busy(*span)
        starts, ends = number_of(taken.starts_at), number_of(taken.ends_at)
        if starts < ends:
            gap_ahead = max(terms.buffer_after_minutes, taken.buffer_before_minutes)
            gap_behind = max(terms.buffer_before_minutes, taken.buffer_after_minutes)
            first = starts - (ahead + gap_ahead) * MINUTE + 1
            yield _Ban(first, ends + (terms.travel_before_minutes + gap_behind) * MINUTE, taken)


def _full(firsts: list[date], days: int, most: int | None, zone: ZoneInfo, reason: Reason) -> Iterator[_Ban]:
    for first, count in Counter(firsts).items():
        if most is not None and count >= most:
            yield _days_ban(first, days, zone, reason)


def _other_weekdays(grids: list[range], weekdays: frozenset[int], zone: ZoneInfo) -> Iterator[_Ban]:
    day, last = _local_day(grids[0].start, zone), _local_day(grids[-1].stop, zone)
    while day <= last:
        if day.weekday() not in weekdays:
            yield _days_ban(day, 1, zone, Reason.WEEKDAY)
        day += timedelta(days=1)


def _days_ban(first: date, days: int, zone: ZoneInfo, reason: Reason) -> _Ban:
    begins, ends = start_of_day(first, zone), start_of_day(first + timedelta(days=days), zone)
    return _Ban(number_of(begins), number_of(ends), reason)


def _local_day(number: int, zone: ZoneInfo) -> date:
    return moment_at(number).astimezone(zone).date()


def _allowed(grids: list[range], bans: list[tuple[int, int]]) -> Iterator[range]:
    """What the bans leave of each grid, in one pass over both. Both are in order, and neither overlaps itself."""
    ahead = iter(bans)
    first, until = next(ahead, _NO_MORE)
    for grid in grids:
        at = grid.start
        while first < grid.stop:
            yield range(at, first, grid.step)
            at = max(at, grid.start - (grid.start - until) // grid.step * grid.step)
            if until >= grid.stop:
                break
            first, until = next(ahead, _NO_MORE)
        yield range(at, grid.stop, grid.step)


def _refusal(number: int, cause: Reason | Busy, terms: Terms) -> Refusal:
    return Refusal(_nearness(number, cause, terms), cause) if isinstance(cause, Busy) else Refusal(cause)


def _nearness(number: int, busy: Busy, terms: Terms) -> Reason:
    """Whether a span meets the meeting itself, the way there or back, or only the time to be kept free."""
    starts, ends = number_of(busy.starts_at), number_of(busy.ends_at)
    until = number + terms.duration_minutes * MINUTE
    if number < ends and starts < until:
        return Reason.BUSY
    leaves, returns = number - terms.travel_before_minutes * MINUTE, until + terms.travel_after_minutes * MINUTE
    return Reason.TRAVEL if leaves < ends and starts < returns else Reason.BUFFER


def _rank(refusal: Refusal) -> int:
    return tuple(Reason).index(refusal.reason)
