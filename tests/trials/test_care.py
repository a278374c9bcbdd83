"""The care around a loan: it follows the loan's days, and no more than that."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.db import db, writing
from app.trials.care import CARE, Anchor, day_of, due_at, end_care, move_care, plan_care
from app.trials.care_queries import touch_points_of
from app.trials.models import Trial
from app.trials.touch_points import TouchPointKind, TouchPointState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import FIRST, LAST, TODAY, add_trial

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PLANNED, DONE, SKIPPED = TouchPointState.PLANNED, TouchPointState.DONE, TouchPointState.SKIPPED
K = TouchPointKind
AT_THE_END = {kind for kind, care in CARE.items() if care.anchor is Anchor.END}
Points = dict[TouchPointKind, tuple[date, TouchPointState]]
LEAP_DAY, SPRING, AUTUMN = date(2028, 2, 29), date(2027, 3, 28), date(2027, 10, 31)

days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
lengths = st.integers(0, 60)
shifts = st.integers(-30, 30)


@pytest.fixture
def trial(app: Flask) -> Trial:
    """Siv's, which was handed over today, for three weeks."""
    return _handed_over(FIRST, LAST)


def _handed_over(first: date, last: date, now: datetime = NOW) -> Trial:
    with writing():
        trial = add_trial(add_lead(add_contact(email="siv@example.se")), starts_on=first, ends_on=last)
        plan_care(trial, now)
    return trial


def _points(trial: Trial) -> Points:
    return {point.kind: (point.due_on, point.state) for point in touch_points_of(trial.id)}


def _move(trial: Trial, first: date, last: date, now: datetime = NOW) -> None:
    trial.starts_on, trial.ends_on = first, last
    move_care(trial, now)
    db.session.flush()


def _morning_before(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, 0, tzinfo=UTC)


class _Enough(Exception):
    pass


@contextmanager
def _forgotten() -> Iterator[None]:
    """What an example stores is gone before the next."""
    with suppress(_Enough), writing():
        yield
        raise _Enough


def test_a_handed_over_unit_is_owed_each_row_of_the_table(trial: Trial) -> None:
    assert {kind: on.isoformat() for kind, (on, state) in _points(trial).items() if state is PLANNED} == {
        K.STARTED_WELL: "2026-11-24",
        K.CHECK_IN_EARLY: "2026-11-26",
        K.CHECK_IN_LATER: "2026-12-03",
        K.ENDS_SOON: "2026-12-11",
        K.DECISION: "2026-12-13",
        K.OVERDUE_TASK: "2026-12-14",
        K.OVERDUE_MAIL: "2026-12-16",
        K.OVERDUE_AGAIN: "2026-12-20",
    }


def test_nothing_late_is_done_when_the_next_of_its_anchor_is_due() -> None:
    for anchor in Anchor:
        mails = sorted((care.days, care.late_days) for care in CARE.values() if care.anchor is anchor and care.mail)

        assert all(day + late < after for (day, late), (after, _) in pairwise(mails))


def test_to_plan_twice_is_the_same(trial: Trial) -> None:
    before = _points(trial)
    with writing():
        plan_care(trial, NOW + DAY)

    assert _points(trial) == before
    assert len(touch_points_of(trial.id)) == len(CARE)


def test_what_had_passed_at_a_back_dated_start_is_passed_over(app: Flask) -> None:
    trial = _handed_over(TODAY - 4 * DAY, TODAY + 2 * DAY)

    assert {kind for kind, (_, state) in _points(trial).items() if state is SKIPPED} == {
        K.STARTED_WELL,
        K.CHECK_IN_EARLY,
        K.ENDS_SOON,
    }


@pytest.mark.parametrize("day", [SPRING, AUTUMN, LEAP_DAY, TODAY])
def test_it_is_due_at_nine_on_the_wall(app: Flask, day: date) -> None:
    assert f"{due_at(day).astimezone(STOCKHOLM):%Y-%m-%d %H.%M}" == f"{day} 09.00"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(first=days, length=lengths, done=st.sets(st.sampled_from(list(K))), weeks=st.sampled_from([-1, 1]))
@example(first=LEAP_DAY - 7 * DAY, length=7, done=set(), weeks=1)
@example(first=SPRING - 3 * DAY, length=10, done={K.STARTED_WELL}, weeks=1)
@example(first=AUTUMN - 3 * DAY, length=10, done={K.STARTED_WELL, K.CHECK_IN_EARLY}, weeks=-1)
def test_a_week_moves_all_that_has_not_been_done_by_a_week_and_no_other(
    app: Flask, first: date, length: int, done: set[TouchPointKind], weeks: int
) -> None:
    with _forgotten():
        trial = _owed(first, first + length * DAY, done)
        before, shift = _points(trial), weeks * WEEK

        _move(trial, first + shift, first + length * DAY + shift, _morning_before(first - 20 * DAY))

        planned = {kind: on + shift for kind, (on, state) in before.items() if state is PLANNED}
        assert _by_state(trial, PLANNED) == planned | _owed_again(trial, before)
        assert _settled(trial) == {(kind, on) for kind, (on, state) in before.items() if state is not PLANNED}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(first=days, length=lengths, done=st.sets(st.sampled_from(list(K))), shift=shifts)
@example(first=LEAP_DAY, length=1, done=set(), shift=1)
@example(first=SPRING - 3 * DAY, length=2, done={K.ENDS_SOON}, shift=1)
def test_another_end_moves_what_follows_the_end_alone(
    app: Flask, first: date, length: int, done: set[TouchPointKind], shift: int
) -> None:
    with _forgotten():
        trial = _owed(first, first + length * DAY, done)
        before, last = _points(trial), first + max(0, length + shift) * DAY
        moved_by = last - (first + length * DAY)

        _move(trial, first, last, _morning_before(first - 20 * DAY))

        planned = {
            kind: on + (moved_by if kind in AT_THE_END else 0 * DAY)
            for kind, (on, state) in before.items()
            if state is PLANNED
        }
        assert _by_state(trial, PLANNED) == planned | (_owed_again(trial, before) if moved_by else {})
        assert _settled(trial) == {(kind, on) for kind, (on, state) in before.items() if state is not PLANNED}


def _owed(first: date, last: date, done: set[TouchPointKind]) -> Trial:
    """A loan planned long before, of which some has been done already."""
    early = _morning_before(first - 20 * DAY)
    trial = add_trial(add_lead(add_contact()), starts_on=first, ends_on=last)
    plan_care(trial, early)
    db.session.flush()
    for point in touch_points_of(trial.id):
        if point.kind in done:
            point.state, point.settled_at = DONE, early
    db.session.flush()
    return trial


def _owed_again(trial: Trial, before: Points) -> dict[TouchPointKind, date]:
    """What told of the former end, by its day of the new one."""
    return {kind: day_of(kind, trial) for kind, (_, state) in before.items() if state is DONE and kind in AT_THE_END}


def _by_state(trial: Trial, state: TouchPointState) -> dict[TouchPointKind, date]:
    return {point.kind: point.due_on for point in touch_points_of(trial.id) if point.state is state}


def _settled(trial: Trial) -> set[tuple[TouchPointKind, date]]:
    return {(point.kind, point.due_on) for point in touch_points_of(trial.id) if point.state is not PLANNED}


def test_what_a_new_end_leaves_behind_is_passed_over(trial: Trial) -> None:
    later = NOW + 10 * DAY
    with writing():
        _move(trial, FIRST, TODAY + 9 * DAY, later)

    points = _points(trial)
    assert {kind for kind in AT_THE_END if points[kind][1] is SKIPPED} == {K.ENDS_SOON, K.DECISION, K.OVERDUE_TASK}
    assert points[K.OVERDUE_MAIL] == (TODAY + 12 * DAY, PLANNED)


def test_an_end_that_has_been_told_of_and_moves_back_is_not_told_of_again(trial: Trial) -> None:
    with writing():
        for point in touch_points_of(trial.id):
            point.state, point.settled_at = DONE, NOW
    with writing():
        _move(trial, FIRST, LAST + WEEK, _morning_before(LAST))
        _move(trial, FIRST, LAST, _morning_before(LAST + DAY))

    kept = [point for point in touch_points_of(trial.id) if point.kind is K.DECISION]
    assert [(point.due_on, point.state) for point in kept] == [(LAST, DONE), (LAST, SKIPPED)]


def test_a_start_set_too_early_and_put_right_is_followed_by_all_that_it_passed_over(trial: Trial) -> None:
    before = _points(trial)
    with writing():
        _move(trial, FIRST - 2 * WEEK, LAST)
    assert _points(trial)[K.CHECK_IN_LATER][1] is SKIPPED

    with writing():
        _move(trial, FIRST, LAST)
        _move(trial, FIRST, LAST)

    assert _by_state(trial, PLANNED) == {kind: on for kind, (on, _) in before.items()}
    assert {kind for kind, _ in _settled(trial)} == {K.STARTED_WELL, K.CHECK_IN_EARLY, K.CHECK_IN_LATER}


def test_what_was_asked_after_the_start_is_asked_once_however_it_is_moved(trial: Trial) -> None:
    later = NOW + 2 * DAY
    with writing():
        first = next(point for point in touch_points_of(trial.id) if point.kind is K.STARTED_WELL)
        first.state, first.settled_at = DONE, NOW
    with writing():
        _move(trial, FIRST - 2 * WEEK, LAST, later)
        _move(trial, FIRST + 3 * DAY, LAST, later)

    assert K.STARTED_WELL not in _by_state(trial, PLANNED)
    assert _by_state(trial, PLANNED)[K.CHECK_IN_EARLY] == FIRST + 6 * DAY


def test_a_loan_that_has_ended_is_owed_nothing_more(trial: Trial) -> None:
    with writing():
        first = touch_points_of(trial.id)[0]
        first.state, first.settled_at = DONE, NOW
        end_care(trial, NOW)

    states = [point.state for point in touch_points_of(trial.id)]
    assert states == [DONE] + [SKIPPED] * 7
