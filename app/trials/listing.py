"""The list of trials: the groups that it can be narrowed to, in which order each is read, and how many are in each."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from app.core.db import db
from app.core.paging import Order, Page, page_of
from app.leads.models import Lead
from app.trials.models import Trial, TrialState


class TrialGroup(StrEnum):
    """Where trials stand, as the list tells it."""

    TO_JUDGE = "to_judge"
    TO_RESERVE = "to_reserve"
    RESERVED = "reserved"
    OUT = "out"
    OVERDUE = "overdue"
    BACK = "back"
    ENDED = "ended"


STATES_OF = {
    TrialGroup.TO_JUDGE: (TrialState.REQUESTED,),
    TrialGroup.TO_RESERVE: (TrialState.SUITABLE,),
    TrialGroup.RESERVED: (TrialState.RESERVED, TrialState.AGREED),
    TrialGroup.OUT: (TrialState.OUT, TrialState.DECISION, TrialState.RETURNING),
    TrialGroup.OVERDUE: (TrialState.OUT, TrialState.DECISION),
    TrialGroup.BACK: (TrialState.RECEIVED, TrialState.CHECKED),
}
"""The open ones. Overdue are those of these states whose last day has passed, and they are out, too."""

ASKED_FIRST = Order((Trial.requested_at, Trial.id), where=Trial.starts_on.is_(None))
STARTS_FIRST = Order((Trial.starts_on, Trial.id), where=Trial.starts_on.is_not(None))
ENDS_FIRST = Order((Trial.ends_on, Trial.id), where=Trial.ends_on.is_not(None))
BACK_FIRST = Order((Trial.received_at, Trial.id), where=Trial.received_at.is_not(None))
ENDED_LAST = Order((Trial.settled_at, Trial.id), is_descending=True, where=Trial.settled_at.is_not(None))
ORDERS = {
    None: (ASKED_FIRST, ENDS_FIRST),
    TrialGroup.TO_JUDGE: (ASKED_FIRST, STARTS_FIRST),
    TrialGroup.TO_RESERVE: (ASKED_FIRST, STARTS_FIRST),
    TrialGroup.RESERVED: (STARTS_FIRST,),
    TrialGroup.OUT: (ENDS_FIRST,),
    TrialGroup.OVERDUE: (ENDS_FIRST,),
    TrialGroup.BACK: (BACK_FIRST,),
    TrialGroup.ENDED: (ENDED_LAST,),
}
"""None is all that are open: those that wait for an answer first, then those that end first."""

_IS_OPEN = Trial.settled_at.is_(None)
_ROW = sa.select(Trial).options(
    joinedload(Trial.lead).joinedload(Lead.subject),
    joinedload(Trial.model, innerjoin=True),
    joinedload(Trial.unit),
    defer(Trial.wishes),
    defer(Trial.commission_note),
)


def trials_page(group: TrialGroup | None, today: date, after: str | None = None) -> Page:
    """One page of the trials of a group, or of all that are open, with what their rows name."""
    query = _ROW.where(is_in(group, today) if group else _IS_OPEN)
    page = page_of(query, ORDERS[group], after)
    return Page([row[0] for row in page.rows], page.after)


def group_counts(today: date) -> Mapping[TrialGroup, int]:
    """How many open trials are in each group; a group without any is not in it."""
    is_overdue = sa.case((Trial.ends_on < today, 1), else_=0)
    query = sa.select(Trial.state, sa.func.count(), sa.func.sum(is_overdue)).where(_IS_OPEN).group_by(Trial.state)
    by_state = {state: (count, overdue) for state, count, overdue in db.session.execute(query)}
    counts = {
        group: sum(by_state.get(state, (0, 0))[group is TrialGroup.OVERDUE] for state in states)
        for group, states in STATES_OF.items()
    }
    return {group: count for group, count in counts.items() if count}


def is_in(group: TrialGroup, today: date) -> sa.ColumnElement[bool]:
    """The condition that a trial is in the group."""
    if group is TrialGroup.ENDED:
        return Trial.settled_at.is_not(None)
    is_there = sa.and_(_IS_OPEN, Trial.state.in_(STATES_OF[group]))
    return sa.and_(is_there, Trial.ends_on < today) if group is TrialGroup.OVERDUE else is_there
