"""The steps of somebody who leaves."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import ngettext

from app.accounts.models import User
from app.core.db import db
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import IS_OPEN_STEP, open_of
from app.follow_ups.services import hand_on
from app.leads.leaving import Charge
from app.leads.models import Lead


def _open_steps(user_id: int) -> Iterable[int]:
    return db.session.scalars(sa.select(FollowUp.lead_id).where(IS_OPEN_STEP, FollowUp.owner_id == user_id)).all()


def _take_steps(lead: Lead, leaver: User, heir: User, actor: User, now: datetime) -> None:
    for step in open_of(lead.id):
        if step.owner_id == leaver.id:
            hand_on(step, heir, actor, now)


STEPS = Charge(
    lambda count: ngettext("En uppgift att göra", "%(num)s uppgifter att göra", count), _open_steps, _take_steps
)
"""What somebody is to do."""
