"""The engine of free starts beside a naive one, which looks at every minute and goes through the rules as written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.consultations.slots import Busy, Reason, Terms, free_starts, refusals
from app.consultations.spans import Span

MINUTE = timedelta(minutes=1)
TWO_DAYS = 2 * 24 * 60
NOONS = tuple(datetime(*day, 12, 0, tzinfo=UTC) for day in ((2026, 3, 28), (2026, 10, 24), (2026, 12, 31)))
"""In the two days after them the clocks change, a week ends, a year begins."""
ZONES = [ZoneInfo(name) for name in ("Europe/Stockholm", "America/New_York", "Australia/Lord_Howe")]


@dataclass(frozen=True)
class Case:
    """What goes into the engine."""

    windows: Sequence[Span]
    busy: Sequence[Busy]
    terms: Terms
    counted: Sequence[datetime]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    noon = draw(st.sampled_from(NOONS))
    moments = st.integers(0, TWO_DAYS).map(lambda minute: noon + minute * MINUTE)
    around = st.sampled_from([0, 0, 5, 15, 20, 45])
    fives = st.sampled_from([5, 15, 20, 30, 45, 50, 60, 90])

    def spans(longest: int) -> st.SearchStrategy[Span]:
        return st.builds(lambda start, length: (start, start + length * MINUTE), moments, st.integers(-10, longest))

    terms = st.builds(
        Terms,
        duration_minutes=fives,
        step_minutes=fives,
        buffer_before_minutes=around,
        buffer_after_minutes=around,
        travel_before_minutes=around,
        travel_after_minutes=around,
        earliest_start=st.none() | moments,
        starts_before=st.none() | moments,
        most_per_day=st.none() | st.integers(1, 2),
        most_per_week=st.none() | st.integers(1, 3),
        weekdays=st.none() | st.frozensets(st.integers(0, 6), min_size=4),
        zone=st.sampled_from(ZONES),
    )
    return Case(
        draw(st.lists(spans(480), max_size=4)),
        draw(st.lists(st.builds(lambda span, *around: Busy(*span, *around), spans(120), around, around), max_size=5)),
        draw(terms),
        draw(st.lists(moments, max_size=4)),
    )


def minutes_of(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


class Naive:
    """The rules of booking, one after another."""

    def __init__(self, case: Case) -> None:
        self.terms = case.terms
        self.busy = [span for span in case.busy if span.starts_at < span.ends_at]
        self.open = {minute for window in case.windows for minute in minutes_of(*window)}
        self.days = Counter(self._local(start).date() for start in case.counted)
        self.weeks = Counter(self._local(start).isocalendar()[:2] for start in case.counted)

    def candidates(self) -> list[datetime]:
        """Every minute that is open, and those around."""
        return sorted({minute + away * MINUTE for minute in self.open for away in (-1, 0, 1)})

    def broken(self, start: datetime) -> Reason | None:
        """The first rule that a start breaks."""
        rules = {
            Reason.CLOSED: self._is_closed,
            Reason.OFF_GRID: self._is_off_grid,
            Reason.TOO_SOON: lambda start: start < (self.terms.earliest_start or start),
            Reason.TOO_FAR: lambda start: self.terms.starts_before is not None and start >= self.terms.starts_before,
            Reason.WEEKDAY: self._is_on_another_weekday,
            Reason.BUSY: lambda start: self._touches(start, 0, 0),
            Reason.TRAVEL: lambda start: self._touches(
                start, self.terms.travel_before_minutes, self.terms.travel_after_minutes
            ),
            Reason.BUFFER: self._is_too_near,
            Reason.DAY_FULL: self._is_on_a_full_day,
            Reason.WEEK_FULL: self._is_in_a_full_week,
        }
        return next((reason for reason, is_broken in rules.items() if is_broken(start)), None)

    def _end(self, start: datetime) -> datetime:
        return start + self.terms.duration_minutes * MINUTE

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.terms.zone)

    def _is_closed(self, start: datetime) -> bool:
        return any(minute not in self.open for minute in minutes_of(start, self._end(start)))

    def _is_off_grid(self, start: datetime) -> bool:
        into_window = 0
        while start - (into_window + 1) * MINUTE in self.open:
            into_window += 1
        return into_window % self.terms.step_minutes != 0

    def _is_on_another_weekday(self, start: datetime) -> bool:
        return self.terms.weekdays is not None and self._local(start).weekday() not in self.terms.weekdays

    def _touches(self, start: datetime, before: int, after: int) -> bool:
        taken = set(minutes_of(start - before * MINUTE, self._end(start) + after * MINUTE))
        return any(not taken.isdisjoint(minutes_of(span.starts_at, span.ends_at)) for span in self.busy)

    def _is_too_near(self, start: datetime) -> bool:
        leaves = start - self.terms.travel_before_minutes * MINUTE
        returns = self._end(start) + self.terms.travel_after_minutes * MINUTE
        for span in self.busy:
            since, until = leaves - span.ends_at, span.starts_at - returns
            if since >= timedelta(0):
                gap, wanted = since, max(self.terms.buffer_before_minutes, span.buffer_after_minutes)
            else:
                gap, wanted = until, max(self.terms.buffer_after_minutes, span.buffer_before_minutes)
            if gap < wanted * MINUTE:
                return True
        return False

    def _is_on_a_full_day(self, start: datetime) -> bool:
        most = self.terms.most_per_day
        return most is not None and self.days[self._local(start).date()] >= most

    def _is_in_a_full_week(self, start: datetime) -> bool:
        most = self.terms.most_per_week
        return most is not None and self.weeks[self._local(start).isocalendar()[:2]] >= most


@given(cases())
def test_every_start_that_breaks_no_rule_is_offered_and_no_other(case: Case) -> None:
    naive = Naive(case)

    offered = free_starts(case.windows, case.busy, case.terms, case.counted)

    assert offered == [start for start in naive.candidates() if naive.broken(start) is None]


@given(cases(), st.data())
def test_what_is_accepted_and_explained_is_what_is_offered(case: Case, data: st.DataObject) -> None:
    naive = Naive(case)
    offered = free_starts(case.windows, case.busy, case.terms, case.counted)
    others = data.draw(st.lists(st.sampled_from(naive.candidates()), max_size=60)) if naive.open else [NOONS[0]]

    for start in [*offered, *others]:
        against = refusals(start, case.windows, case.busy, case.terms, case.counted)
        assert (not against) == (start in offered)
        assert next((refusal.reason for refusal in against), None) == naive.broken(start)
        assert {refusal.by for refusal in against} <= {None, *case.busy}
