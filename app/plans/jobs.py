import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.plans.models import Plan
from app.plans.queries import Window, due_runs, leads_to_start, leads_with_contacts, plans_on, run_to_change
from app.plans.services import advance, start_many
from app.plans.starting import reasons_against
from app.plans.triggers import trigger_called

LATEST_START = timedelta(days=7)
"""What happened longer ago than it takes to start a plan, and this, starts none: the matter has grown cold."""

log = logging.getLogger(__name__)


def advance_plans(now: datetime) -> int:
    """Make every step ready whose time has come, each in a write of its own; says how many."""
    return _one_by_one(due_runs(now), lambda run_id: _advance(run_id, now))


def start_plans(now: datetime) -> int:
    """Start the plans that are on for the leads whose moment has come; says how many runs that were."""
    return sum(_one_by_one(_who_may(plan, now), _starter(plan.id, now)) for plan in plans_on())


def _advance(run_id: int, now: datetime) -> bool:
    with writing():
        run = run_to_change(run_id)
        return run is not None and advance(run, now)


def _who_may(plan: Plan, now: datetime) -> list[int]:
    """Asked before anything is locked, since those that may not come up again each time for a week."""
    leads = leads_with_contacts(_whose_moment_has_come(plan, now))
    against = reasons_against(plan, leads)
    return [lead.id for lead in leads if lead.id not in against]


def _whose_moment_has_come(plan: Plan, now: datetime, *more: sa.ColumnElement[bool]) -> Sequence[int]:
    """The leads whose moment passed so many days ago, but after the plan was switched on."""
    trigger = trigger_called(plan.trigger)
    if trigger is None or trigger.moment is None or plan.switched_on_at is None:
        return []
    ends = now - timedelta(days=plan.trigger_days)
    begins = max(ends - LATEST_START, plan.switched_on_at - timedelta(days=plan.trigger_days))
    where = (*trigger.moment.where, *more)
    return leads_to_start(plan.id, trigger.moment.column, where, Window(begins, ends))


def _starter(plan_id: int, now: datetime) -> Callable[[int], bool]:
    def start(lead_id: int) -> bool:
        with writing():
            lead, plan = lead_to_change(lead_id), db.session.get_one(Plan, plan_id)
            if lead is None or not _whose_moment_has_come(plan, now, Lead.id == lead_id):
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
