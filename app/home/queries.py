from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.accounts.queries import falls_to
from app.consultations.models import Consultation
from app.consultations.queries import WAITS
from app.core.db import Model, at_most, db
from app.core.statements import Statement
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.queries import IS_OPEN_ENQUIRY
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.queries import IS_OPEN_STEP
from app.leads.models import Lead
from app.leads.queries import WITH_NAMES
from app.leads.stages import Stage
from app.plans.models import PlanDraft
from app.plans.queries import IS_WAITING_DRAFT
from app.trials.models import IS_WITH_BORROWER, Trial, TrialState
from app.trials.queries import WAITS as TRIAL_WAITS

_BEFORE = sa.bindparam("before", type_=FollowUp.due_at.type)
IS_DUE = (IS_OPEN_STEP, FollowUp.due_at <= _BEFORE)
_TO_ANSWER = sa.select(Enquiry.lead_id).where(IS_OPEN_ENQUIRY, Enquiry.lead_id.is_not(None))
IS_TOLD_TWICE = sa.and_(FollowUp.kind == FollowUpKind.ANSWER, FollowUp.lead_id.in_(_TO_ANSWER))
"""The step "answer" is left out while its enquiry is among those to answer."""


def _count(table: type[Model], *conditions: sa.ColumnExpressionArgument[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


_KEY = Enquiry.id + 0
"""Not the bare column, whose index would be walked past all that is settled."""
_WAITING = Statement(
    sa.select(
        _count(Enquiry, IS_OPEN_ENQUIRY),
        _count(FollowUp, *IS_DUE),
        _count(FollowUp, *IS_DUE, IS_TOLD_TWICE),
        _count(Consultation, WAITS),
        _count(PlanDraft, IS_WAITING_DRAFT),
        _count(Trial, TRIAL_WAITS),
        sa.select(sa.func.max(_KEY)).where(IS_OPEN_ENQUIRY).scalar_subquery(),
    )
)
"""Counts all steps from their index alone, and takes away the few that are told twice."""
_NEW = (IS_OPEN_ENQUIRY, sa.bindparam("heard") < _KEY)
_COME_SINCE = Statement(sa.select(_count(Enquiry, *_NEW)))


def waiting(day: date, before: datetime) -> dict[str, int]:
    """What waits in the menu's rooms, with what is due on a local day, which ends at `before`: one statement, since
    every page asks.

    Of everybody: what is promised is promised by the house, also when the one it falls to is ill. Whoever looks at
    their own finds their own counts on Today. `newest` is the key of the latest enquiry that waits.
    """
    values = {"before": before, "until_on": day}
    to_answer, due, told_twice, talks, drafts, trials, newest = _WAITING.run(values)[0]
    counts = {"enquiries": to_answer, "steps": due - told_twice, "talks": talks, "drafts": drafts, "trials": trials}
    return {**counts, "today": sum(counts.values()), "newest": newest or 0}


def come_since(heard: int) -> int:
    """How many enquiries wait that came after the one with that key."""
    ((count,),) = _COME_SINCE.run({"heard": heard})
    return int(count)


def steps_to_do(
    before: datetime, limit: int, user_id: int | None, *conditions: sa.ColumnElement[bool]
) -> Sequence[FollowUp]:
    """Open steps due at the latest at `before`, the most late first, with the names that a row shows.

    The conditions may speak of their leads. Of one user and of nobody, or of all.
    """
    query = sa.select(FollowUp).join(FollowUp.lead).where(*IS_DUE, ~IS_TOLD_TWICE, *conditions)
    if user_id is not None:
        query = query.where(falls_to(user_id, FollowUp.owner_id))
    query = query.order_by(FollowUp.due_at, FollowUp.id).limit(at_most(limit))
    names = contains_eager(FollowUp.lead).options(*WITH_NAMES)
    return db.session.scalars(query.options(names), {"before": before}).all()


def letters_between(start: datetime, end: datetime) -> Sequence[tuple[datetime, datetime | None]]:
    """When each enquiry of a span was received and settled, quarantine left out."""
    query = sa.select(Enquiry.received_at, Enquiry.settled_at).where(Enquiry.state != EnquiryState.QUARANTINED)
    return db.session.execute(query.where(Enquiry.received_at >= start, Enquiry.received_at < end)).all()


def closed_between(start: datetime, end: datetime) -> dict[Stage, int]:
    """How many leads were won and lost in a span, and still are; a stage without any is not in it."""
    query = sa.select(Lead.stage, sa.func.count()).where(Lead.closed_at >= start, Lead.closed_at < end)
    return dict(db.session.execute(query.group_by(Lead.stage)).all())


class TrialsOfAWeek(NamedTuple):
    """How the trials of a span went, and how many units should have been back on its last day."""

    begun: int
    ended: int
    bought: int
    late: int


def trials_between(start: datetime, end: datetime, today: date) -> TrialsOfAWeek:
    """The trials that began and ended in a span, and those that are late today."""
    ended = (Trial.handed_over_at.is_not(None), Trial.settled_at >= start, Trial.settled_at < end)
    counts = sa.select(
        _count(Trial, Trial.handed_over_at >= start, Trial.handed_over_at < end),
        _count(Trial, *ended),
        _count(Trial, *ended, Trial.state == TrialState.BOUGHT),
        _count(Trial, IS_WITH_BORROWER, Trial.ends_on < today),
    )
    return TrialsOfAWeek(*db.session.execute(counts).one())
