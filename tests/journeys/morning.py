"""What waits on one morning besides what the demo tells of: the most late of each group, so that it stands first."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.plans.models import PlanDraft
from app.plans.queries import IS_WAITING_DRAFT
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead

ASKING = ("Siv Lund", "Eva Rask", "Pia Hed")
TO_CALL = ("Bo Ask", "Ola Ström")
TO_WRITE_TO = "Ulf Vik"
LONG = timedelta(days=40)


def add_to_the_morning(now: datetime) -> None:
    """Three who ask, two to call, one to write to, and a letter of a plan whose time has come."""
    for hours, name in enumerate(ASKING):
        recorded(sent("Hur länge får man låna?", name, address_of(name)), now - LONG + timedelta(hours=hours))
    with writing():
        for name, kind in (
            (TO_CALL[0], FollowUpKind.CALL),
            (TO_CALL[1], FollowUpKind.CALL),
            (TO_WRITE_TO, FollowUpKind.MAIL),
        ):
            lead = add_lead(add_contact(name, email=address_of(name)), now=now - LONG)
            plan(lead, kind, now - LONG, now - LONG)
        draft = db.session.scalars(sa.select(PlanDraft).where(IS_WAITING_DRAFT).order_by(PlanDraft.due_at)).first()
        assert draft is not None
        draft.due_at = now - timedelta(hours=1)


def address_of(name: str) -> str:
    """Where they read their mail."""
    return f"{name.split()[0].lower()}@example.se"
