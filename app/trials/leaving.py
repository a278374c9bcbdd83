"""The trials of somebody who leaves."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import ngettext

from app.core.db import db
from app.leads.leaving import Charge, Gift
from app.leads.models import Lead
from app.trials.models import IS_OPEN, Trial
from app.trials.queries import open_trials_to_change


def _open_trials(user_id: int) -> Iterable[int]:
    cared_for = sa.select(Trial.lead_id).where(IS_OPEN, Trial.owner_id == user_id, Trial.lead_id.is_not(None))
    return [lead_id for lead_id in db.session.scalars(cared_for) if lead_id is not None]


def _give_trials(lead: Lead, gift: Gift) -> list[int]:
    given = [trial for trial in open_trials_to_change(lead.id) if gift.includes(trial.id, trial.owner_id)]
    for trial in given:
        trial.owner_id = gift.taker.id
    return [trial.id for trial in given]


TRIALS = Charge(
    "trials", lambda count: ngettext("En provperiod", "%(num)s provperioder", count), _open_trials, _give_trials
)
"""The trials that somebody cares for."""
