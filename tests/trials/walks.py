"""Trials that have walked to where they stand through the services, as they do in life."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.core.db import db
from app.core.language import local_day
from app.leads.lost_reasons import NOT_RIGHT
from app.leads.models import EventKind, Lead, LeadEvent, LostReason
from app.trials.ending import Sale, buy_new, buy_this, cancel, come_to_decision, decline, lose, not_buy
from app.trials.lending import change_days, hand_over, reserve
from app.trials.models import Trial, TrialState, UnitDay
from app.trials.moves import MOVES, Move, go
from app.trials.returning import check, never_came, receive, say_returned
from app.trials.units import DeviceUnit
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import FIRST, LAST, TODAY, add_model, add_trial, add_unit

THREE_WEEKS = LAST - FIRST
A_DAY = timedelta(days=1)


def walk_to(
    state: TrialState,
    *,
    lead: Lead | None = None,
    unit: DeviceUnit | None = None,
    starts_on: date = FIRST,
    ends_on: date | None = None,
    actor: User | None = None,
    now: datetime = NOW,
) -> Trial:
    """A trial that has come to that state, all at one moment: of the unit named, else of one of a model of its own; of
    a new lead where none is named."""
    lead = lead or add_lead(add_contact(email="siv@example.se"))
    unit = unit or add_unit(add_model())
    trial = add_trial(lead, unit, TrialState.REQUESTED, requested_at=now)
    walk(trial, PATHS[state], Steps(unit, starts_on, ends_on or starts_on + THREE_WEEKS, actor, now))
    return trial


def add_overdue(unit: DeviceUnit) -> Trial:
    """A loan of the unit that should have been back on the thirteenth."""
    return walk_to(
        TrialState.OUT, unit=unit, starts_on=TODAY - 30 * A_DAY, ends_on=TODAY - 10 * A_DAY, now=NOW - 30 * A_DAY
    )


class Steps:
    """What each move of a trial needs to be told, so that any of them can be made."""

    def __init__(
        self,
        unit: DeviceUnit | None = None,
        starts_on: date = FIRST,
        ends_on: date = LAST,
        actor: User | None = None,
        now: datetime = NOW,
    ) -> None:
        self.unit, self.starts_on, self.ends_on, self.actor, self.now = unit, starts_on, ends_on, actor, now

    @property
    def today(self) -> date:
        return local_day(self.now)

    def extend(self, trial: Trial) -> None:
        starts_on, ends_on = trial.starts_on or self.starts_on, trial.ends_on or self.ends_on
        change_days(trial, starts_on, ends_on + A_DAY, self.actor, self.now, "Vill prova längre")

    def hand_over(self, trial: Trial) -> None:
        unit = trial.unit or self.unit
        assert unit is not None
        hand_over(trial, unit, min(self.starts_on, self.today), self.actor, self.now)

    def not_buy(self, trial: Trial) -> None:
        not_buy(trial, a_lost_reason(), self.actor, self.now)


def a_lost_reason() -> LostReason:
    """Why a lead is lost: not right for the condition."""
    return db.session.scalars(sa.select(LostReason).where(LostReason.name_sv == NOT_RIGHT[0])).one()


DO: Mapping[Move, Callable[[Trial, Steps], None]] = {
    Move.SUIT: lambda trial, by: go(trial, Move.SUIT, by.now),
    Move.DECLINE: lambda trial, by: decline(trial, by.actor, by.now),
    Move.RESERVE: lambda trial, by: reserve(trial, by.starts_on, by.ends_on, by.actor, by.now, unit=by.unit),
    Move.AGREE: lambda trial, by: go(trial, Move.AGREE, by.now),
    Move.HAND_OVER: lambda trial, by: by.hand_over(trial),
    Move.EXTEND: lambda trial, by: by.extend(trial),
    Move.DECIDE: lambda trial, by: come_to_decision(trial, by.now),
    Move.SAY_RETURNED: lambda trial, by: say_returned(trial, by.now),
    Move.NEVER_CAME: lambda trial, by: never_came(trial, by.actor, by.now),
    Move.RECEIVE: lambda trial, by: receive(trial, by.today, by.actor, by.now),
    Move.CHECK: lambda trial, by: check(trial, by.actor, by.now),
    Move.BUY_THIS: lambda trial, by: buy_this(trial, Sale(by.today, 1_490_000), by.actor, by.now),
    Move.BUY_NEW: lambda trial, by: buy_new(trial, Sale(by.today, 1_490_000), by.actor, by.now),
    Move.NOT_BUY: lambda trial, by: by.not_buy(trial),
    Move.LOSE: lambda trial, by: lose(trial, by.actor, by.now, "Borta i flytten"),
    Move.CANCEL: lambda trial, by: cancel(trial, by.actor, by.now),
}
"""How each move is made through the services."""


def walk(trial: Trial, moves: list[Move], by: Steps) -> None:
    """Make these moves, one after the other."""
    for move in moves:
        DO[move](trial, by)
        db.session.flush()


def _paths() -> dict[TrialState, list[Move]]:
    """The shortest walk from a request to each state that can be reached."""
    paths: dict[TrialState, list[Move]] = {TrialState.REQUESTED: []}
    for state in (reached := [TrialState.REQUESTED]):
        for move, way in MOVES.items():
            if state in way.starts and way.leads_to not in paths:
                paths[way.leads_to] = [*paths[state], move]
                reached.append(way.leads_to)
    return paths


PATHS = _paths()


def days_taken(trial: Trial) -> list[date]:
    """The days that a trial has of a unit, the first first."""
    query = sa.select(UnitDay.day_on).where(UnitDay.trial_id == trial.id).order_by(UnitDay.day_on)
    return list(db.session.scalars(query))


def lines_of(trial: Trial) -> list[tuple[EventKind, str | None]]:
    """What the lead's timeline tells of the trial, the first first."""
    query = sa.select(LeadEvent).where(LeadEvent.about_id == trial.id, LeadEvent.lead_id == trial.lead_id)
    return [(line.kind, line.text) for line in db.session.scalars(query.order_by(LeadEvent.id))]
