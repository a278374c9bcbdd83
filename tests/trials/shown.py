"""What the table of all pages opens of trials: the demo's loans, wherever each stands."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.trials.check_ins import CheckIn
from app.trials.models import Trial, TrialState
from app.trials.trial_links import trial_token
from app.trials.units import DeviceUnit, UnitState


def trial_facts(now: datetime) -> dict[str, Any]:
    """What the addresses of these pages are made of."""
    trials = {state: _standing(state) for state in TrialState if state is not TrialState.OUT}
    told = _that(Trial.state == TrialState.OUT, _is_told_of())
    late = _that(Trial.state == TrialState.DECISION, Trial.ends_on < now.date())
    return {
        **{f"{state}_trial": trial.id for state, trial in trials.items()},
        "out_trial": told.id,
        "late_trial": late.id,
        "suspect_trial": _that(Trial.is_suspect).id,
        "lead_with_a_trial": told.lead_id,
        "agreeing": trial_token(trials[TrialState.RESERVED]),
        "agreed": trial_token(trials[TrialState.AGREED]),
        "borrowing": trial_token(told),
        "ending": trial_token(late),
        "unit": told.unit.serial if told.unit else "",
        "unit_at_service": _unit(UnitState.SERVICE).serial,
        "free_unit": _unit(UnitState.FREE).serial,
        "sold_unit": _unit(UnitState.SOLD).serial,
    }


def _standing(state: TrialState) -> Trial:
    return _that(Trial.state == state, Trial.is_suspect.is_(False))


def _that(*conditions: sa.ColumnExpressionArgument[bool]) -> Trial:
    """The latest trial of which that holds. NoResultFound where there is none."""
    return db.session.scalars(sa.select(Trial).where(*conditions).order_by(Trial.id.desc()).limit(1)).one()


def _is_told_of() -> sa.ColumnElement[bool]:
    """How it goes has been said three times."""
    counts = sa.select(CheckIn.trial_id).group_by(CheckIn.trial_id).having(sa.func.count() >= 3)
    return Trial.id.in_(counts)


def _unit(state: UnitState) -> DeviceUnit:
    return db.session.scalars(sa.select(DeviceUnit).filter_by(state=state).order_by(DeviceUnit.id).limit(1)).one()
