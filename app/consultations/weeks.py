"""Free times as visitors leaf through them: a week at a time, only the days that have some. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.consultations.wall_times import by_day
from app.core.wall_clock import monday_of

YEARS = range(2000, 9000)
"""Far from where calendars end, so that a day more or less is always one."""
START = "%Y-%m-%dT%H:%MZ"
MOST_OF_A_WEEK, MOST_PER_DAY = 112, 16
MOST_OF_ONE_DAY = 96
"""Times shown: a page for visitors stays light. A week with more shows the first of each day, and leads to the rest,
a day at a time."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with free starts."""

    on: date
    starts: tuple[datetime, ...]
    left_out: int = 0
    """How many more it has after these."""
    goes_on_at: datetime | None = None
    """The first of them."""


@dataclass(frozen=True, slots=True)
class Week:
    """The free times of one week, and where more are."""

    monday: date
    days: tuple[Day, ...]
    before: date | None
    after: date | None
    """The Mondays of the nearest weeks with free times, in either direction."""
    is_one_day: bool = False
    """Whether one day is shown alone, from some time on."""

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def week_with(
    starts: Iterable[datetime], zone: ZoneInfo, today: date, wanted: date | None = None, since: datetime | None = None
) -> Week:
    """The week with the wanted day, else the first that has a free time; of the day of `since` what is left of it.

    `starts` are all there are, in order; the same of several hosts is one.
    """
    days = by_day(dict.fromkeys(starts), zone)
    mondays = sorted({monday_of(day) for day in days})
    wanted = since.astimezone(zone).date() if since else wanted
    monday = monday_of(wanted) if wanted else next(iter(mondays), monday_of(today))
    shown = _of_day(days, since, zone) if since else {day: days[day] for day in days if monday_of(day) == monday}
    is_heavy = sum(map(len, shown.values())) > MOST_OF_A_WEEK
    most = MOST_OF_ONE_DAY if since else MOST_PER_DAY if is_heavy else MOST_OF_A_WEEK
    return Week(
        monday,
        tuple(_first_of(day, times, most) for day, times in shown.items()),
        max((each for each in mondays if each < monday), default=None),
        min((each for each in mondays if each > monday), default=None),
        is_one_day=since is not None,
    )


def _of_day(days: dict[date, list[datetime]], since: datetime, zone: ZoneInfo) -> dict[date, list[datetime]]:
    day = since.astimezone(zone).date()
    return {day: [start for start in days[day] if start >= since]} if day in days else {}


def _first_of(day: date, times: list[datetime], most: int) -> Day:
    """Its first times. One more is shown too: the link to it would take as much room."""
    shown = len(times) if len(times) <= most + 1 else most
    rest = times[shown:]
    return Day(day, tuple(times[:shown]), len(rest), rest[0] if rest else None)


def week_in_words(day: date) -> str:
    """The week of a day as an address has it, by ISO 8601: "2026-W13"."""
    return f"{day:%G-W%V}"


def read_day(words: str) -> date | None:
    """A day, or the Monday of a week, as an address has them (ISO 8601); None for what is neither."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def read_start(words: str) -> datetime | None:
    """A start as a button sends it, in UTC; None for what is none, and for what no calendar comes to."""
    try:
        start = datetime.strptime(words, START).replace(tzinfo=UTC)  # the Z says so
    except ValueError:
        return None
    return start if start.year in YEARS else None


def start_in_words(start: datetime) -> str:
    """A start as a button sends it: "2026-03-24T08:00Z"."""
    return start.astimezone(UTC).strftime(START)
