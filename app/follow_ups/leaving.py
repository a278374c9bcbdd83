"""The steps of somebody who leaves."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import ngettext

from app.core.db import db
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import IS_OPEN_STEP, open_of
from app.follow_ups.services import hand_on
from app.leads.leaving import Charge, Gift
from app.leads.models import Lead


def _open_steps(user_id: int) -> Iterable[int]:
    return db.session.scalars(sa.select(FollowUp.lead_id).where(IS_OPEN_STEP, FollowUp.owner_id == user_id)).all()


def _give_steps(lead: Lead, gift: Gift) -> list[int]:
    given = [step for step in open_of(lead.id) if gift.includes(step.id, step.owner_id)]
    for step in given:
        hand_on(step, gift.taker, gift.actor, gift.at)
    return [step.id for step in given]


STEPS = Charge(
    "steps",
    lambda count: ngettext("En uppgift att göra", "%(num)s uppgifter att göra", count),
    _open_steps,
    _give_steps,
)
"""What somebody is to do."""
