from datetime import date, datetime

from app.core.db import writing
from app.core.language import local_zone
from app.core.one_by_one import one_by_one
from app.leads.queries import lead_to_change, rested_until
from app.leads.services import take_up

AT_ONCE = 200
"""How many leads one tick wakes at most; the next takes the rest."""


def wake_resting(now: datetime) -> int:
    """Bring back each lead whose day to rest until is here, in the stage it had before; says how many."""
    today = now.astimezone(local_zone()).date()
    return one_by_one(rested_until(today, AT_ONCE), lambda lead_id: _wake(lead_id, today, now))


def _wake(lead_id: int, today: date, now: datetime) -> bool:
    with writing():
        lead = lead_to_change(lead_id)
        if lead is None or lead.rests_until_on is None or lead.rests_until_on > today:
            return False
        take_up(lead, None, now)
        return True
