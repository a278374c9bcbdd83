import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.plans.models import Plan
from app.plans.queries import due_runs, plans_on, run_to_change
from app.plans.services import advance, start_many
from app.plans.starting import who_may_start, whose_moment_has_come

log = logging.getLogger(__name__)


def advance_plans(now: datetime) -> int:
    """Make every step ready whose time has come, each in a write of its own; says how many."""
    return _one_by_one(due_runs(now), lambda run_id: _advance(run_id, now))


def start_plans(now: datetime) -> int:
    """Start the plans that are on for the leads whose moment has come; says how many runs that were."""
    return sum(_one_by_one(who_may_start(plan, now), _starter(plan.id, now)) for plan in plans_on())


def _advance(run_id: int, now: datetime) -> bool:
    with writing():
        run = run_to_change(run_id)
        return run is not None and advance(run, now)


def _starter(plan_id: int, now: datetime) -> Callable[[int], bool]:
    def start(lead_id: int) -> bool:
        with writing():
            lead, plan = lead_to_change(lead_id), db.session.get_one(Plan, plan_id)
            if lead is None or not whose_moment_has_come(plan, now, Lead.id == lead_id):
                return False
            return bool(start_many(plan, [lead], None, now).runs)

    return start


def _one_by_one(keys: Iterable[int], act: Callable[[int], bool]) -> int:
    """Act on each, and let none that fails stop the others. Raises the last fault when all have had their turn."""
    done, fault = 0, None
    for key in keys:
        try:
            done += act(key)
        except StorageUnavailable:
            raise
        except Exception as error:
            log.exception("a plan could not go on (row %s)", key)
            fault = error
    if fault is not None:
        raise fault
    return done
