"""Who did what of late, and whom they looked at before they did it, as the log would have kept it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.accounts.activity import ONCE_IN, Activity
from app.core.db import db
from app.leads.models import EventKind, LeadEvent

LATELY = timedelta(days=30)
TO_READ = timedelta(minutes=4)
DEEDS = {
    EventKind.ANSWER: "enquiries.answer",
    EventKind.NOTE: "leads.write_note",
    EventKind.CALL: "follow_ups.log_call",
    EventKind.STAGE: "leads.move",
}
"""The page by which each line is written; what follows from it at the same moment is no deed of its own."""


def keep_log(now: datetime) -> None:
    """What the timelines of the last month tell that a user did, and that the lead was opened first, once an hour."""
    done = sa.select(LeadEvent.at, LeadEvent.kind, LeadEvent.actor_id, LeadEvent.lead_id).where(
        LeadEvent.actor_id.is_not(None), LeadEvent.kind.in_(DEEDS), LeadEvent.at.between(now - LATELY, now)
    )
    kept: set[tuple[datetime, int | None, int]] = set()
    opened: dict[tuple[int | None, int], datetime] = {}
    for at, kind, actor_id, lead_id in db.session.execute(done.order_by(LeadEvent.at, LeadEvent.id)):
        if (at, actor_id, lead_id) in kept:
            continue
        kept.add((at, actor_id, lead_id))
        if opened.get((actor_id, lead_id), now - LATELY - TO_READ) < at - ONCE_IN:
            opened[actor_id, lead_id] = at - TO_READ
            _keep(at - TO_READ, actor_id, "leads.detail", lead_id, is_reading=True)
        _keep(at, actor_id, DEEDS[kind], lead_id)


def _keep(at: datetime, actor_id: int | None, what: str, lead_id: int, *, is_reading: bool = False) -> None:
    db.session.add(Activity(at=at, actor_id=actor_id, what=what, is_reading=is_reading, noun="lead", about_id=lead_id))
