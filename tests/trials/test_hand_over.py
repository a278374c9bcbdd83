"""A unit is handed over: the one that was kept, or another, to whoever may have it."""

from unittest import mock

import pytest

from app.accounts.models import User
from app.core.db import writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from app.trials import lending
from app.trials.care_queries import touch_points_of
from app.trials.days import days_between
from app.trials.lending import hand_over
from app.trials.models import TrialState
from app.trials.refusals import UnitTaken
from app.trials.returning import check
from app.trials.touch_points import TouchPointKind
from app.trials.units import DeviceUnit, UnitState
from tests.conftest import NOW
from tests.trials.cast import FIRST, LAST, TODAY
from tests.trials.walks import A_DAY, add_overdue, days_taken, lines_of, walk_to


def test_a_handed_over_unit_is_out_since_that_day_for_as_long_as_was_agreed(
    units: list[DeviceUnit], owner: User
) -> None:
    with writing():
        trial = walk_to(TrialState.AGREED, unit=units[0], starts_on=FIRST + 2 * A_DAY)
        hand_over(trial, units[0], TODAY - A_DAY, owner, NOW)

    assert (trial.state, trial.starts_on, trial.ends_on) == (TrialState.OUT, TODAY - A_DAY, LAST - A_DAY)
    assert (trial.handed_over_at, units[0].state) == (NOW, UnitState.OUT)
    assert days_taken(trial) == days_between(TODAY - A_DAY, LAST + A_DAY)
    assert lines_of(trial)[-1] == (EventKind.TRIAL_HANDED_OVER, "2026-11-22/2026-12-12")
    assert {point.kind for point in touch_points_of(trial.id)} == set(TouchPointKind)


def test_the_last_day_can_be_said_at_the_hand_over(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.AGREED, unit=units[0])
        hand_over(trial, units[0], TODAY, None, NOW, ends_on=TODAY + A_DAY)

    assert (trial.ends_on, days_taken(trial)) == (TODAY + A_DAY, days_between(TODAY, TODAY + 3 * A_DAY))


def test_another_unit_than_the_one_kept_can_go_out(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.AGREED, unit=units[0])
        hand_over(trial, units[2], TODAY, None, NOW)

    assert [unit.state for unit in units] == [UnitState.FREE, UnitState.FREE, UnitState.OUT]
    assert trial.unit is units[2]


def test_a_unit_that_is_with_somebody_goes_to_nobody_else(units: list[DeviceUnit]) -> None:
    with writing():
        add_overdue(units[0])
        trial = walk_to(TrialState.AGREED, unit=units[1])
    with pytest.raises(UnitTaken) as refused, writing():
        hand_over(trial, units[0], TODAY, None, NOW)

    assert [unit.serial for unit in refused.value.free] == ["BM-107", "BM-110"]
    assert (trial.state, trial.unit) == (TrialState.AGREED, units[1])


def test_the_index_of_one_borrower_says_no_where_the_look_before_saw_nobody(units: list[DeviceUnit]) -> None:
    unit = units[0]
    with writing():
        add_overdue(unit)
        trial = walk_to(TrialState.AGREED, unit=unit, starts_on=TODAY + 3 * A_DAY)
    with (
        mock.patch.object(lending, "borrower_of", return_value=None),
        mock.patch.object(lending, "free_units", return_value=units),
        pytest.raises(UnitTaken),
        writing(),
    ):
        hand_over(trial, unit, TODAY, None, NOW)

    assert (trial.state, trial.starts_on) == (TrialState.AGREED, TODAY + 3 * A_DAY)


def test_a_unit_that_is_back_and_not_looked_over_goes_out_again_first_when_it_is(units: list[DeviceUnit]) -> None:
    unit = units[0]
    with writing():
        back = walk_to(TrialState.RECEIVED, unit=unit, starts_on=FIRST - 10 * A_DAY, ends_on=FIRST + 10 * A_DAY)
        trial = walk_to(TrialState.AGREED, unit=unit, starts_on=TODAY + 3 * A_DAY)
    with pytest.raises(RuleBroken, match="BM-104 är tillbaka men inte kontrollerad"), writing():
        hand_over(trial, unit, TODAY, None, NOW)
    with writing():
        check(back, None, NOW)
        hand_over(trial, unit, TODAY, None, NOW)

    assert (trial.state, trial.starts_on, unit.state) == (TrialState.OUT, TODAY, UnitState.OUT)


def test_nothing_is_handed_over_tomorrow(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.AGREED, unit=units[0])
    with pytest.raises(RuleBroken, match="Dagen har inte varit än"), writing():
        hand_over(trial, units[0], TODAY + A_DAY, None, NOW)
