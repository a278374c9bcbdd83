"""Since when a lead stands where it stands, so that the move that ends it can say how long that was."""

from datetime import datetime

import sqlalchemy as sa

from app.core.db import db
from app.leads.models import IS_A_MOVE, Lead, LeadEvent

_LAST_MOVE = sa.select(sa.func.max(LeadEvent.at)).where(LeadEvent.lead_id == Lead.id, IS_A_MOVE).correlate(Lead)
STANDS_SINCE = sa.func.coalesce(_LAST_MOVE.scalar_subquery(), Lead.created_at)
"""By its timeline. `Lead.stage_changed_at` says something else: a move that is taken back puts that back, too."""


def stands_since(lead: Lead) -> datetime:
    """Its last move, or when it came. Asked before the next move is on the timeline."""
    with db.session.no_autoflush:  # the move itself need not be stored for this
        since: datetime = db.session.execute(sa.select(STANDS_SINCE).where(Lead.id == lead.id)).scalar_one()
    return since


def seconds_between(start: datetime, end: datetime) -> int:
    """Whole seconds from one moment to another, each cut to its second first, as both databases do."""
    return int(end.timestamp()) - int(start.timestamp())
