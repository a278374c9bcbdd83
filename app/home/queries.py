from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.enquiries.models import Enquiry, EnquiryState
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.leads.queries import WITH_NAMES

_WAITS = sa.exists().where(Enquiry.lead_id == FollowUp.lead_id, Enquiry.state == EnquiryState.OPEN)
_TO_DO = (FollowUp.state == FollowUpState.OPEN, sa.or_(FollowUp.kind != FollowUpKind.ANSWER, ~_WAITS))
"""Open steps; the step "answer" is not told twice while its enquiry is among those to answer."""


def waiting(before: datetime) -> dict[str, int]:
    """What waits in the menu's rooms, with steps due until `before`: one statement, since every page asks."""
    enquiries = sa.select(sa.func.count()).select_from(Enquiry).where(Enquiry.state == EnquiryState.OPEN)
    steps = sa.select(sa.func.count()).select_from(FollowUp).where(*_TO_DO, FollowUp.due_at <= before)
    to_answer, to_do = db.session.execute(sa.select(enquiries.scalar_subquery(), steps.scalar_subquery())).one()
    return {"enquiries": to_answer, "steps": to_do, "today": to_answer + to_do}


def steps_to_do(before: datetime, limit: int) -> Sequence[FollowUp]:
    """Open steps due at the latest at `before`, the most late first, with the names that a row shows."""
    query = sa.select(FollowUp).where(*_TO_DO, FollowUp.due_at <= before).order_by(FollowUp.due_at, FollowUp.id)
    return db.session.scalars(query.limit(limit).options(joinedload(FollowUp.lead).options(*WITH_NAMES))).all()
