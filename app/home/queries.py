from datetime import datetime

import sqlalchemy as sa

from app.core.db import db
from app.enquiries.models import Enquiry, EnquiryState
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState


def waiting(now: datetime) -> dict[str, int]:
    """How much waits in each room of the menu: one statement, since every page asks."""
    open_enquiries = sa.select(sa.func.count()).select_from(Enquiry).where(Enquiry.state == EnquiryState.OPEN)
    overdue = (
        sa.select(sa.func.count())
        .select_from(FollowUp)
        .where(FollowUp.state == FollowUpState.OPEN, FollowUp.due_at < now, FollowUp.kind != FollowUpKind.ANSWER)
    )
    enquiries, steps = db.session.execute(sa.select(open_enquiries.scalar_subquery(), overdue.scalar_subquery())).one()
    return {"enquiries": enquiries, "today": enquiries + steps}
