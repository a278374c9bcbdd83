from datetime import datetime, timedelta

import sqlalchemy as sa

from app.contacts.jobs import STORY_LIVES
from app.core.db import db, writing
from app.core.one_by_one import one_by_one
from app.enquiries.deadlines import REMIND_BEFORE, answer_due_at
from app.enquiries.intake import tell_ourselves
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.quarantine import KEPT
from app.enquiries.queries import (
    enquiry_to_change,
    in_quarantine_since_before,
    recipients_of_notices,
    unanswered_and_untold,
)
from app.enquiries.splits import EnquirySplit

REMINDER = "time_to_answer"
LONGEST_WAIT = timedelta(days=14)
"""No run of holidays is longer, so what is older has been reminded of."""


def remind_to_answer(now: datetime) -> int:
    """Remind of each enquiry whose time to answer runs out within two hours, once; says how many mails were planned."""
    untold = unanswered_and_untold(REMINDER, recipients_of_notices(), now - LONGEST_WAIT)
    due = [enquiry_id for enquiry_id, received_at in untold if answer_due_at(received_at) - REMIND_BEFORE <= now]
    return one_by_one(due, lambda enquiry_id: _remind(enquiry_id, now))


def _remind(enquiry_id: int, now: datetime) -> int:
    with writing():
        enquiry = enquiry_to_change(enquiry_id)
        if enquiry is None or enquiry.state is not EnquiryState.OPEN:
            return 0
        return tell_ourselves(REMINDER, enquiry, now)


def empty_quarantine(now: datetime) -> int:
    """Erase what nobody has let out of quarantine for 30 days; says how many."""
    return one_by_one(in_quarantine_since_before(now - KEPT), _erase)


def _erase(enquiry_id: int) -> int:
    still_there = sa.delete(Enquiry).where(Enquiry.id == enquiry_id, Enquiry.state == EnquiryState.QUARANTINED)
    with writing():
        return len(db.session.scalars(still_there.returning(Enquiry.id)).all())


def forget_splits(now: datetime) -> int:
    """Forget what enquiries that were moved so long ago that it cannot be taken back went with; says how many."""
    old = sa.update(EnquirySplit).where(EnquirySplit.split_at < now - STORY_LIVES, EnquirySplit.story.is_not(None))
    with writing():
        return len(db.session.scalars(old.values(story=None).returning(EnquirySplit.id)).all())
