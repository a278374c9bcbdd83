"""Whatever happens to loans, in whatever order: the units agree with them, no lead is adrift, and each can be ended."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.follow_ups.models import FollowUp
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.leads.services import move_to_stage, take_up
from app.leads.stages import Stage
from app.trials.asking import ask_for
from app.trials.days import days_between, last_day_taken
from app.trials.ending import decide
from app.trials.lending import change_days, change_unit, hand_over, reserve
from app.trials.models import BEFORE_OUT, ENDS, WITH_BORROWER, Decision, Trial, TrialState
from app.trials.moves import Move, allowed
from app.trials.queries import lock_units, trial_to_change
from app.trials.unit_states import KEPT, allowed_for, back_from_service, check_unit, found, send_to_service
from app.trials.units import DeviceUnit, UnitState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import add_model, add_unit
from tests.trials.walks import A_DAY, DO, PATHS, Steps, a_lost_reason, days_taken

EXAMPLES, STEPS = 12, 15
ENOUGH_STATES = 10
"""To have been somewhere. That every state can be reached is tested walk by walk in `test_moves.py`."""
FORWARD = (Move.SUIT, Move.RESERVE, Move.AGREE, Move.HAND_OVER, Move.DECIDE, Move.RECEIVE, Move.CHECK)
TO_THE_END = (Move.RECEIVE, Move.CHECK, Move.NOT_BUY, Move.CANCEL)
"""From every state the first of these that is allowed leads on, and at last to an end."""
WITH_ITS_DAYS = (*KEPT, *WITH_BORROWER)

whichever = st.integers(0, 3)
starts, lengths = st.integers(-6, 9), st.integers(0, 9)


class Loans(RuleBasedStateMachine):
    """Loans of two leads that share two units of one model, changed at random as time goes by."""

    maj: int
    seen: set[TrialState]
    """Where loans have stood, in all the lives together."""

    @initialize(states=st.lists(st.sampled_from(list(TrialState)), min_size=2, max_size=4))
    def begin(self, states: list[TrialState]) -> None:
        """Some loans are on their way already, as far as the units reach."""
        with writing() as session:
            for table in (Trial, FollowUp, DeviceUnit):
                session.execute(sa.delete(table))
            for model in session.scalars(sa.select(DeviceUnit.model.property.mapper.class_)):
                session.delete(model)
            session.flush()
            model = add_model(pause_days=2)
            self.units = [add_unit(model, serial).id for serial in ("BM-104", "BM-107")]
            self.leads = [add_lead(add_contact(email=f"siv{number}@example.se")).id for number in range(2)]
        self.trials: list[int] = []
        self.now: datetime = NOW
        for number, state in enumerate(states):
            self.ask(number)
            for move in PATHS[state]:
                self._change(number, lambda trial, move=move: self._do_first(trial, (move,)))

    @precondition(lambda self: len(self.trials) < 6)
    @rule(which=whichever)
    def ask(self, which: int) -> None:
        with suppress(RuleBroken), writing() as session:
            lead = session.get_one(Lead, self.leads[which % 2])
            model = session.get_one(DeviceUnit, self.units[0]).model
            trial = ask_for(lead, model, session.get_one(User, self.maj), self.now, audience=Audience.PERSON)
            session.flush()
            self.trials.append(trial.id)

    @rule(which=whichever, start=starts, length=lengths, unit=st.integers(0, 1), turn=st.integers(0, 11))
    def move(self, which: int, start: int, length: int, unit: int, turn: int) -> None:
        def deed(trial: Trial) -> None:
            can = allowed(trial)
            move = can[turn % len(can)] if can else Move.AGREE
            first = local_day(self.now) + A_DAY * start
            there = db.session.get_one(DeviceUnit, self.units[unit])
            if move is Move.RESERVE:
                reserve(trial, first, first + A_DAY * length, None, self.now, unit=there)
            elif move is Move.HAND_OVER:
                hand_over(trial, there, first, None, self.now)
            else:
                DO[move](trial, Steps(there, now=self.now))

        self._change(which, deed)

    @rule(which=whichever, steps=st.integers(1, 5))
    def go_on(self, which: int, steps: int) -> None:
        """Some steps of the usual way, so that walks come far."""
        for _ in range(steps):
            self._change(which, lambda trial: self._do_first(trial, FORWARD))

    @rule(which=whichever, start=starts, length=lengths)
    def change_days(self, which: int, start: int, length: int) -> None:
        first = local_day(self.now) + A_DAY * start
        self._change(which, lambda trial: change_days(trial, first, first + A_DAY * length, None, self.now, "Sjuk"))

    @rule(which=whichever, unit=st.integers(0, 1))
    def change_unit(self, which: int, unit: int) -> None:
        self._change(
            which, lambda trial: change_unit(trial, db.session.get_one(DeviceUnit, self.units[unit]), None, self.now)
        )

    @rule(which=whichever, decision=st.sampled_from(list(Decision)))
    def decide(self, which: int, decision: Decision) -> None:
        self._change(which, lambda trial: decide(trial, decision, None, self.now))

    @rule(which=whichever)
    def forget_who_borrows(self, which: int) -> None:
        """As when the person is erased: what has begun goes on without them."""

        def deed(trial: Trial) -> None:
            if trial.state not in BEFORE_OUT:
                trial.lead = None

        self._change(which, deed)

    @rule(which=whichever, stage=st.sampled_from([Stage.WON, Stage.LOST, Stage.DECISION]))
    def move_lead(self, which: int, stage: Stage) -> None:
        with suppress(RuleBroken), writing():
            lead = lead_to_change(self.leads[which % 2])
            assert lead is not None
            if lead.is_open:
                move_to_stage(lead, stage, None, self.now, lost_reason=a_lost_reason())
            else:
                take_up(lead, None, self.now)

    @rule(which=whichever)
    def say_of_unit(self, which: int) -> None:
        say = {
            "send_to_service": lambda unit, maj: send_to_service(unit, "Nytt batteri", maj, self.now),
            "back_from_service": lambda unit, maj: back_from_service(unit, maj, self.now),
            "find": lambda unit, maj: found(unit, maj, self.now),
            "check": lambda unit, maj: check_unit(unit, maj, self.now),
        }
        with writing() as session:
            [unit] = lock_units(DeviceUnit.id == self.units[which % 2])
            for move in allowed_for(unit)[:1]:
                say[move](unit, session.get_one(User, self.maj))

    @rule(days=st.integers(1, 6))
    def wait(self, days: int) -> None:
        self.now += A_DAY * days

    def _change(self, which: int, deed: Callable[[Trial], None]) -> None:
        """What a rule of the house refuses changes nothing."""
        if self.trials:
            with suppress(RuleBroken), writing():
                trial = trial_to_change(self.trials[which % len(self.trials)])
                assert trial is not None
                deed(trial)
                self.seen.add(trial.state)

    def _do_first(self, trial: Trial, moves: tuple[Move, ...]) -> None:
        can = allowed(trial)
        for move in [move for move in moves if move in can][:1]:
            DO[move](trial, Steps(starts_on=local_day(self.now), ends_on=local_day(self.now), now=self.now))

    @invariant()
    def each_unit_is_where_its_loans_say(self) -> None:
        for unit in db.session.scalars(sa.select(DeviceUnit)):
            states = [trial.state for trial in self._loans() if trial.unit_id == unit.id and trial.is_open]
            assert len([state for state in states if state in WITH_BORROWER]) <= 1
            assert unit.state in _possible(set(states))

    @invariant()
    def each_loan_has_its_days_and_no_others(self) -> None:
        for trial in self._loans():
            has = days_taken(trial)
            if trial.starts_on is None or trial.ends_on is None or trial.unit is None:
                assert has == []
                continue
            own = days_between(trial.starts_on, last_day_taken(trial.ends_on, trial.unit.model.pause_days))
            assert has == own if trial.state in WITH_ITS_DAYS else set(has) <= set(own)

    @invariant()
    def no_lead_is_adrift_and_none_is_closed_with_a_unit_that_nobody_spoke_of(self) -> None:
        for trial in self._loans():
            if trial.lead is not None:
                assert not trial.lead.is_adrift
                assert trial.lead.is_walking or not trial.is_with_borrower or trial.decision is not None

    def _loans(self) -> list[Trial]:
        return list(db.session.scalars(sa.select(Trial).order_by(Trial.id)))

    def teardown(self) -> None:
        """Each loan can be ended, wherever it stands and whoever is left."""
        for trial_id in getattr(self, "trials", []):
            for _ in TO_THE_END:
                with writing():
                    trial = trial_to_change(trial_id)
                    assert trial is not None
                    self._do_first(trial, TO_THE_END)
            assert db.session.get_one(Trial, trial_id).state in ENDS
        db.session.rollback()


def _possible(states: set[TrialState]) -> set[UnitState]:
    if states.intersection(WITH_BORROWER):
        return {UnitState.OUT}
    if TrialState.RECEIVED in states:
        return {UnitState.BACK_UNCHECKED}
    said = {UnitState.BACK_UNCHECKED, UnitState.SERVICE, UnitState.SOLD, UnitState.LOST}
    return said | ({UnitState.RESERVED} if states.intersection(KEPT) else {UnitState.FREE})


def test_whatever_happens_to_loans_each_can_be_ended(app: Flask, owner: User) -> None:
    machine = type("Life", (Loans,), {"maj": owner.id, "seen": set()})

    run_machine(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        ),
    )

    assert len(machine.seen) >= ENOUGH_STATES
