"""Each open trial is a next step of its lead, for the whole of a day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.core.language import local_zone
from app.follow_ups.appointments import next_appointment, next_appointments
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import next_steps, open_of, without_next_step_count
from app.follow_ups.services import find_next_step, keep_on, plan
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.ending import decide
from app.trials.models import ENDS, Decision, TrialState
from app.trials.units import DeviceUnit
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import FIRST, LAST, TODAY, add_model, add_trial, add_unit
from tests.trials.walks import walk_to

TUESDAY = TODAY + timedelta(days=1)
ASKS = {
    TrialState.REQUESTED: (TUESDAY, "Bedöm om provperioden passar", "Bedöm om provperioden passar"),
    TrialState.SUITABLE: (TUESDAY, "Reservera en enhet", "Reservera en enhet"),
    TrialState.RESERVED: (FIRST, "Utlämning", "Är enheten utlämnad?"),
    TrialState.AGREED: (FIRST, "Utlämning", "Är enheten utlämnad?"),
    TrialState.OUT: (LAST, "Provperioden slutar", "Provperioden är slut: vad bestämde de?"),
    TrialState.DECISION: (LAST, "Provperioden slutar", "Provperioden är slut: vad bestämde de?"),
    TrialState.RETURNING: (LAST, "Enheten är på väg tillbaka", "Har enheten kommit tillbaka?"),
    TrialState.RECEIVED: (TUESDAY, "Kontrollera enheten", "Kontrollera enheten"),
    TrialState.CHECKED: (TUESDAY, "Hör om de vill köpa", "Hör om de vill köpa"),
}


@pytest.fixture
def unit(app: Flask) -> DeviceUnit:
    with writing():
        return add_unit(add_model())


@pytest.mark.parametrize(("state", "asks"), ASKS.items())
def test_an_open_trial_asks_for_what_comes_next(
    unit: DeviceUnit, state: TrialState, asks: tuple[date, str, str]
) -> None:
    on, words, words_after = asks
    with writing():
        trial = walk_to(state, unit=unit)
        find_next_step(trial.lead)

    step, end = next_appointment(trial.lead.id), whole_day(on, local_zone()).at
    assert step is not None
    assert (step.due_on, step.due_at, trial.lead.next_step_at) == (on, end, end)
    assert [step.title_at(end - timedelta(seconds=1)), step.title_at(end)] == [words, words_after]


def test_every_open_state_has_its_step() -> None:
    assert set(ASKS) == set(TrialState) - set(ENDS)


@pytest.mark.parametrize("state", ENDS)
def test_a_trial_that_has_ended_is_no_next_step(unit: DeviceUnit, state: TrialState) -> None:
    with writing():
        trial = walk_to(state, unit=unit)

    assert next_appointment(trial.lead.id) is None


def test_a_closed_lead_waits_for_nothing(unit: DeviceUnit, owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=unit)
        decide(trial, Decision.RETURNS, owner, NOW)
        move_to_stage(trial.lead, Stage.WON, owner, NOW)

    assert (next_appointment(trial.lead.id), trial.lead.next_step_at) == (None, None)


def test_of_two_trials_the_earlier_is_the_next_step(unit: DeviceUnit) -> None:
    with writing():
        lead = add_lead(add_contact())
        walk_to(TrialState.OUT, lead=lead, unit=unit)
        walk_to(TrialState.RESERVED, lead=lead, unit=add_unit(unit.model, "BM-107"), starts_on=FIRST + timedelta(4))
        find_next_step(lead)

    assert str(next_steps([lead.id])[lead.id].words) == "Utlämning"


def test_a_task_on_the_same_day_or_later_comes_after_and_nothing_is_suggested(unit: DeviceUnit) -> None:
    with writing():
        lead = add_lead(add_contact())
        keep_on(lead, NOW)
        walk_to(TrialState.RESERVED, lead=lead, unit=unit)
        suggested, again = list(open_of(lead.id)), keep_on(lead, NOW)
        plan(lead, FollowUpKind.CALL, NOW + timedelta(days=3), NOW)

    assert (suggested, again, without_next_step_count()) == ([], None, 0)
    assert str(next_steps([lead.id])[lead.id].words) == "Utlämning"


def test_many_leads_are_asked_for_at_once(unit: DeviceUnit, count_queries: Callable[[], int]) -> None:
    def add(count: int) -> list[int]:
        with writing():
            return [add_trial(add_lead(add_contact()), state=TrialState.RESERVED).lead.id for _ in range(count)]

    def ask(lead_ids: list[int]) -> int:
        count_queries()
        assert len(next_appointments(lead_ids)) == len(lead_ids)
        return count_queries()

    assert ask(add(1)) == ask(add(30))
