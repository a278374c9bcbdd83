from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.queries import falls_to
from app.articles.models import Article
from app.core.db import db
from app.leads.models import EventKind, Lead
from app.leads.queries import WITH_NAMES
from app.trials.check_in_queries import check_ins_of
from app.trials.curve import HowItGoes, how_it_goes
from app.trials.models import BEFORE_OUT, ENDS, IS_OPEN, WITH_BORROWER, Trial, TrialChange, TrialState
from app.trials.units import DeviceUnit, serial_key

WITH_ALL = (
    joinedload(Trial.model, innerjoin=True),
    joinedload(Trial.unit).joinedload(DeviceUnit.model, innerjoin=True),
    joinedload(Trial.owner),
    joinedload(Trial.article).load_only(Article.title, Article.slug),
    joinedload(Trial.lead).options(*WITH_NAMES),
)
"""Loads what a row names: the model, the unit, who cares for it, and whom and what the lead is called after."""

_OPEN_FIRST = (Trial.settled_at.is_not(None), Trial.id.desc())


def trial_to_change(trial_id: int, *unit_ids: int) -> Trial | None:
    """The trial with what it names, locked until the write ends, and before it what its change may touch.

    In the order that everybody keeps: the units of its model, its lead's and any others named, by their keys; its lead
    and those of whoever waits for the same unit, by theirs; then these trials.
    """
    asked = sa.select(Trial.model_id, Trial.lead_id).where(Trial.id == trial_id)
    found = db.session.execute(asked).first()
    if found is None:
        return None
    lock_units(DeviceUnit.model_id == found.model_id, _units_of_leads([found.lead_id]), DeviceUnit.id.in_(unit_ids))
    unit_id = sa.select(Trial.unit_id).where(Trial.id == trial_id).scalar_subquery()
    touched = sa.or_(Trial.id == trial_id, sa.and_(Trial.unit_id == unit_id, IS_OPEN))
    lead_ids = db.session.scalars(sa.select(Trial.lead_id).where(touched)).all()
    _lock_leads([lead_id for lead_id in lead_ids if lead_id is not None])
    query = sa.select(Trial).where(touched).options(*WITH_ALL).order_by(Trial.id)
    locked = query.with_for_update(of=Trial, key_share=True).execution_options(populate_existing=True)
    return next((trial for trial in db.session.scalars(locked) if trial.id == trial_id), None)


def open_trials_to_change(lead_id: int) -> Sequence[Trial]:
    """The open trials of a lead that is locked with its units, locked in the order of their keys."""
    query = sa.select(Trial).where(Trial.lead_id == lead_id, IS_OPEN).options(*WITH_ALL).order_by(Trial.id)
    return db.session.scalars(query.with_for_update(of=Trial, key_share=True)).all()


def lock_units_of_lead(lead_id: int) -> None:
    """Lock what a lead's open trials have, before the lead itself. Registered with the leads."""
    lock_units_of_leads([lead_id])


def lock_units_of_leads(lead_ids: Collection[int]) -> None:
    """The same for many leads."""
    lock_units(_units_of_leads(lead_ids))


def unit_to_change(serial: str) -> DeviceUnit | None:
    """The unit with that serial number, with its model, locked until the write ends."""
    unit_id = db.session.scalar(sa.select(DeviceUnit.id).where(DeviceUnit.serial_key == serial_key(serial)))
    return next(iter(lock_units(DeviceUnit.id == unit_id)), None)


def lock_units(*which: sa.ColumnElement[bool]) -> Sequence[DeviceUnit]:
    """Wait until nobody else changes who has these units, in the order of their keys. On SQLite all who write queue."""
    query = sa.select(DeviceUnit).where(sa.or_(*which)).options(joinedload(DeviceUnit.model, innerjoin=True))
    # not FOR UPDATE: a row that merely names a unit, as its history does, need not wait
    locked = query.order_by(DeviceUnit.id).with_for_update(key_share=True, of=DeviceUnit)
    return db.session.scalars(locked.execution_options(populate_existing=True)).all()


def _units_of_leads(lead_ids: Collection[int | None]) -> sa.ColumnElement[bool]:
    return DeviceUnit.id.in_(sa.select(Trial.unit_id).where(Trial.lead_id.in_(lead_ids), IS_OPEN))


def _lock_leads(lead_ids: Collection[int]) -> None:
    query = sa.select(Lead).where(Lead.id.in_(lead_ids)).options(joinedload(Lead.contact, innerjoin=True))
    locked = query.order_by(Lead.id).with_for_update(of=Lead).execution_options(populate_existing=True)
    db.session.scalars(locked).all()


def trial_with_all(trial_id: int) -> Trial | None:
    """The trial with everything its page names."""
    more = (joinedload(Trial.lost_reason), joinedload(Trial.new_unit))
    return db.session.scalar(sa.select(Trial).where(Trial.id == trial_id).options(*WITH_ALL, *more))


def trials_of(lead_ids: Collection[int]) -> Sequence[Trial]:
    """All trials of these leads, the open ones first, and then the latest."""
    query = sa.select(Trial).where(Trial.lead_id.in_(lead_ids)).options(*WITH_ALL)
    return db.session.scalars(query.order_by(*_OPEN_FIRST)).all()


def curve_of(trial: Trial) -> HowItGoes:
    """How it has gone since the hand-over, to be drawn."""
    return how_it_goes(check_ins_of(trial.id), trial.starts_on)


def trial_of(lead_id: int) -> Trial | None:
    """The lead's open trial, else its latest."""
    query = sa.select(Trial).where(Trial.lead_id == lead_id).options(*WITH_ALL)
    return db.session.scalar(query.order_by(*_OPEN_FIRST).limit(1))


def other_open_trials(trial: Trial) -> Sequence[Trial]:
    """The open trials of the same lead besides this one; none where the person has been erased."""
    query = sa.select(Trial).where(Trial.lead_id == trial.lead_id, Trial.id != trial.id, IS_OPEN)
    return db.session.scalars(query.options(joinedload(Trial.unit)).order_by(Trial.id)).all()


def has_bought(lead_id: int) -> bool:
    """Whether a trial of the lead has ended with a purchase."""
    bought = sa.exists().where(Trial.lead_id == lead_id, Trial.state == TrialState.BOUGHT)
    return db.session.scalar(sa.select(bought)) or False


def bought_ore(lead_id: int) -> int:
    """What the lead has paid for all it has bought after a trial."""
    bought = sa.select(sa.func.sum(Trial.price_ore)).where(Trial.lead_id == lead_id, Trial.state == TrialState.BOUGHT)
    return int(db.session.scalar(bought) or 0)


def changes_of(trial_id: int) -> Sequence[TrialChange]:
    """What has happened to a trial, the first first."""
    query = sa.select(TrialChange).where(TrialChange.trial_id == trial_id)
    return db.session.scalars(query.options(joinedload(TrialChange.actor)).order_by(TrialChange.id)).all()


def changes_of_lead(lead_id: int) -> Sequence[TrialChange]:
    """What has happened to all trials of a lead, the first first."""
    query = sa.select(TrialChange).join(Trial, Trial.id == TrialChange.trial_id).where(Trial.lead_id == lead_id)
    return db.session.scalars(query.order_by(TrialChange.id)).all()


TOLD_AS = {
    EventKind.TRIAL_REQUESTED: (TrialState.REQUESTED,),
    EventKind.TRIAL_RESERVED: (TrialState.RESERVED,),
    EventKind.TRIAL_AGREED: (TrialState.AGREED,),
    EventKind.TRIAL_HANDED_OVER: (TrialState.OUT,),
    EventKind.TRIAL_MOVED: (TrialState.RESERVED, TrialState.AGREED, *WITH_BORROWER),
    EventKind.TRIAL_DECIDED: tuple(TrialState),
    EventKind.TRIAL_RETURNING: (TrialState.RETURNING,),
    EventKind.TRIAL_RECEIVED: (TrialState.RECEIVED,),
    EventKind.TRIAL_CHECKED: (TrialState.CHECKED,),
    EventKind.TRIAL_ENDED: ENDS,
}
"""Where a trial stands after the change that a line of the timeline tells of."""


def by_line(changes: Sequence[TrialChange]) -> Mapping[tuple[int, datetime, EventKind], TrialChange]:
    """Changes by what a line of the timeline knows: of which trial, when, and what."""
    return {
        (change.trial_id, change.at, event): change
        for change in changes
        for event, states in TOLD_AS.items()
        if change.to_state in states
    }


def serials_in(changes: Sequence[TrialChange]) -> dict[int, str]:
    """What the units are called that changes name, by their keys."""
    unit_ids = {unit_id for change in changes for unit_id in (change.from_unit_id, change.to_unit_id) if unit_id}
    query = sa.select(DeviceUnit.id, DeviceUnit.serial).where(DeviceUnit.id.in_(unit_ids))
    return dict(db.session.execute(query).all()) if unit_ids else {}


def unit_called(serial: str) -> DeviceUnit | None:
    """The unit with that serial number, however it is typed."""
    query = sa.select(DeviceUnit).where(DeviceUnit.serial_key == serial_key(serial))
    return db.session.scalar(query.options(joinedload(DeviceUnit.model, innerjoin=True)))


def borrower_of(unit: DeviceUnit) -> Trial | None:
    """The loan that has the unit with its borrower."""
    query = sa.select(Trial).where(Trial.unit_id == unit.id, Trial.state.in_(WITH_BORROWER))
    return db.session.scalar(query.options(*WITH_ALL))


def waiting_for(unit: DeviceUnit) -> Sequence[Trial]:
    """The loans that are to have the unit, the first first."""
    query = sa.select(Trial).where(Trial.unit_id == unit.id, Trial.state.in_(BEFORE_OUT)).options(*WITH_ALL)
    return db.session.scalars(query.order_by(Trial.starts_on, Trial.id)).all()


def states_of_loans(unit: DeviceUnit) -> set[TrialState]:
    """Where the open loans of the unit stand."""
    return set(db.session.scalars(sa.select(Trial.state).where(Trial.unit_id == unit.id, IS_OPEN)))


_BEGINS = sa.or_(Trial.state == TrialState.RESERVED, Trial.state == TrialState.AGREED)
_ENDS = sa.or_(Trial.state == TrialState.OUT, Trial.state == TrialState.DECISION)
_UNTIL_ON = sa.bindparam("until_on", type_=Trial.starts_on.type)
WAITS = sa.and_(
    Trial.settled_at.is_(None),
    sa.or_(
        sa.and_(_BEGINS, Trial.starts_on <= _UNTIL_ON),
        sa.and_(_ENDS, Trial.ends_on <= _UNTIL_ON),
        ~sa.or_(_BEGINS, _ENDS),
    ),
)
"""To be handed over or to end `until_on` a day, or waiting for us whatever the day: asked for, without days, on its way
back, back."""


ASKS_WHAT_BECOMES = sa.or_(sa.and_(_ENDS, Trial.decision.is_(None)), Trial.state == TrialState.CHECKED)
"""Of one that waits: that what it waits for is a decision."""


def waiting_trials(
    until_on: date, limit: int | None = None, user_id: int | None = None, *conditions: sa.ColumnElement[bool]
) -> Sequence[Trial]:
    """What is to be done with trials until a day, the most late first. Of one user and of nobody, or of all."""
    query = sa.select(Trial).where(WAITS, *conditions).options(*WITH_ALL)
    if user_id is not None:
        query = query.where(falls_to(user_id, Trial.owner_id))
    starts_first = sa.case((_BEGINS, Trial.starts_on), else_=Trial.ends_on)
    query = query.order_by(starts_first.nulls_first(), Trial.id).limit(limit)
    return db.session.scalars(query, {"until_on": until_on}).all()
