from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.contacts.models import ConsentPurpose
from app.contacts.queries import consents_by_contact
from app.core.db import db
from app.trials.check_ins import CheckIn, CheckInKind, Rating
from app.trials.models import Trial
from app.trials.touch_points import TouchPoint, TouchPointKind

ASKED_BY = {
    TouchPointKind.CHECK_IN_EARLY: CheckInKind.EARLY,
    TouchPointKind.CHECK_IN_LATER: CheckInKind.LATER,
}
"""Which check-in a touch-point asks for."""

_WITH_NUMBERS = selectinload(CheckIn.ratings).joinedload(Rating.scale, innerjoin=True)


def check_ins_of(trial_id: int) -> Sequence[CheckIn]:
    """How it has gone, the first day first, with the numbers."""
    query = sa.select(CheckIn).where(CheckIn.trial_id == trial_id).order_by(CheckIn.day_on)
    return db.session.scalars(query.options(_WITH_NUMBERS)).all()


def check_in_on(trial_id: int, day: date) -> CheckIn | None:
    """What was said on that local day."""
    query = sa.select(CheckIn).where(CheckIn.trial_id == trial_id, CheckIn.day_on == day)
    return db.session.scalar(query.options(_WITH_NUMBERS))


def kind_asked_for(trial_id: int, day: date) -> CheckInKind:
    """Which check-in one on that day is: the latest that we have asked for and not got, else the borrower's own."""
    asked = sa.select(TouchPoint.kind).where(
        TouchPoint.trial_id == trial_id, TouchPoint.kind.in_(ASKED_BY), TouchPoint.due_on <= day
    )
    latest = db.session.scalar(asked.order_by(TouchPoint.due_on.desc(), TouchPoint.id.desc()).limit(1))
    if latest is None:
        return CheckInKind.OWN
    has_come = sa.exists().where(CheckIn.trial_id == trial_id, CheckIn.kind == ASKED_BY[latest], CheckIn.day_on < day)
    return CheckInKind.OWN if db.session.scalar(sa.select(has_come)) else ASKED_BY[latest]


def allows_check_ins(trial: Trial) -> bool:
    """Whether whoever borrows has said yes to our keeping check-ins, and not taken it back."""
    return _yes(trial) is True


def may_withdraw(trial: Trial) -> bool:
    """Whether who holds the trial's link is shown the yes to check-ins, and can take it back.

    It is the contact's, for all their trials: until the unit is handed over, anybody can have asked in their name.
    """
    return trial.handed_over_at is not None and allows_check_ins(trial)


def wants_check_ins(trial: Trial) -> bool:
    """Whether we may ask them to check in: nobody has been erased, and nobody has said no after a yes."""
    return trial.lead is not None and _yes(trial) is not False


def _yes(trial: Trial) -> bool | None:
    """What they have said; None where they have not been asked."""
    if trial.lead is None:
        return None
    contact_id = trial.lead.contact_id
    return consents_by_contact([contact_id]).get(contact_id, {}).get(ConsentPurpose.CHECK_INS)
