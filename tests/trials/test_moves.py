"""What can happen to a loan, and from where: the one table."""

import pytest
from flask import Flask

from app.core.db import writing
from app.core.errors import RuleBroken
from app.trials.models import ENDS, Trial, TrialState
from app.trials.moves import MOVES, Move, allowed, go
from app.trials.unit_states import KEPT
from tests.conftest import NOW
from tests.trials.cast import add_model, add_unit
from tests.trials.walks import DO, PATHS, Steps, walk_to


@pytest.mark.parametrize("state", list(TrialState))
def test_every_state_is_reached_through_the_services(app: Flask, state: TrialState) -> None:
    with writing():
        trial = walk_to(state)

    assert (trial.state, trial.is_open) == (state, state not in ENDS)


@pytest.mark.parametrize("move", list(Move))
def test_each_move_leads_where_the_table_says(app: Flask, move: Move) -> None:
    way = MOVES[move]
    with writing():
        model = add_model()
        trials = [walk_to(start, unit=add_unit(model, f"BM-{start}")) for start in way.starts]
        for trial in trials:
            DO[move](trial, Steps(add_unit(model, f"BM-{trial.id}") if trial.unit is None else trial.unit))

    assert [trial.state for trial in trials] == [way.leads_to] * len(way.starts)


@pytest.mark.parametrize("state", list(TrialState))
def test_no_other_move_is_made_from_a_state(app: Flask, state: TrialState) -> None:
    with writing():
        trial = walk_to(state)
        unit = trial.unit or add_unit(trial.model, "BM-107")
    kept = (trial.starts_on, trial.ends_on, trial.unit_id, unit.state)

    for move in set(Move) - set(allowed(trial)):
        if move is Move.EXTEND and state in KEPT:
            continue  # only other days then, and no move
        with pytest.raises(RuleBroken, match="Läs in sidan igen"), writing():
            DO[move](trial, Steps(unit))

    assert trial.state is state
    assert (trial.starts_on, trial.ends_on, trial.unit_id, unit.state) == kept


def test_what_can_happen_is_told_in_the_order_of_the_table(sqlite_app: Flask) -> None:
    assert allowed(Trial(state=TrialState.RESERVED)) == [Move.AGREE, Move.CANCEL]
    assert [allowed(Trial(state=state)) for state in ENDS] == [[]] * len(ENDS)


def test_a_move_that_is_refused_says_where_the_trial_stands(app: Flask) -> None:
    trial = Trial(state=TrialState.OUT)

    with pytest.raises(RuleBroken) as refused:
        go(trial, Move.RESERVE, NOW)

    assert str(refused.value) == "Det går inte nu, för provperioden står som ”Utlånad”. Läs in sidan igen."
    assert (trial.state, trial.settled_at) == (TrialState.OUT, None)


def test_from_every_open_state_some_walk_leads_to_an_end() -> None:
    ended = set(ENDS)
    while grown := {start for way in MOVES.values() if way.leads_to in ended for start in way.starts} - ended:
        ended |= grown

    assert set(PATHS) == set(TrialState)
    assert ended == set(TrialState)
