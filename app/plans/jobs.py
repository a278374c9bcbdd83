from datetime import datetime

from app.core.db import db, writing
from app.core.one_by_one import one_by_one
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.plans.models import Plan
from app.plans.queries import due_runs, plans_on, run_to_change
from app.plans.services import advance, start_many
from app.plans.starting import who_may_start, whose_moment_has_come


def advance_plans(now: datetime) -> int:
    """Make every step ready whose time has come, each in a write of its own; says how many."""
    return one_by_one(due_runs(now), lambda run_id: _advance(run_id, now))


def start_plans(now: datetime) -> int:
    """Start the plans that are on for the leads whose moment has come; says how many runs that were."""
    due = [(plan.id, lead_id) for plan in plans_on() for lead_id in who_may_start(plan, now)]
    return one_by_one(due, lambda keys: _start(*keys, now))


def _advance(run_id: int, now: datetime) -> bool:
    with writing():
        run = run_to_change(run_id)
        return run is not None and advance(run, now)


def _start(plan_id: int, lead_id: int, now: datetime) -> bool:
    with writing():
        lead, plan = lead_to_change(lead_id), db.session.get_one(Plan, plan_id)
        if lead is None or not whose_moment_has_come(plan, now, Lead.id == lead_id):
            return False
        return bool(start_many(plan, [lead], None, now).runs)
