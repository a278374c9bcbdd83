"""What a lead knows of itself, read anew from its timeline and its steps once some have come to it or left it."""

from app.core.db import db
from app.follow_ups.queries import last_reached_out_at
from app.follow_ups.services import find_next_step
from app.leads.directions import moments_of
from app.leads.models import JOINING, Lead
from app.leads.queries import timeline


def recall(lead: Lead) -> None:
    """Let the lead know when it was last spoken of, by whom, and when its next step is due."""
    db.session.flush()
    lines = [line for line in timeline(lead) if line.kind not in JOINING]
    theirs = (
        line.at
        for line in lines
        if "heard_at" in moments_of(line.kind, line.outcome, is_ours=line.actor_id is not None)
    )
    lead.active_at = max((line.at for line in lines), default=lead.created_at)
    lead.heard_at = max(theirs, default=lead.created_at)
    lead.reached_out_at = last_reached_out_at(lead.id)
    find_next_step(lead)
