"""Many leads start a plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import Base
from app.leads.models import Lead
from app.lists.deeds import CHANGED_SINCE, Before, LeadDeed, Reasons
from app.plans.models import Plan
from app.plans.queries import leads_with_contacts, plan_to_change, run_to_change
from app.plans.services import start_many, stop
from app.plans.starting import reasons_against


@dataclass(frozen=True, slots=True)
class StartPlan(LeadDeed):
    """Let the leads walk a plan."""

    plan: Plan

    def lock(self, row_ids: Collection[int]) -> Sequence[Base]:
        plan_to_change(self.plan.id)
        return LeadDeed.lock(self, row_ids)

    def reasons_against_leads(self, leads: Sequence[Lead]) -> Reasons:
        if not self.plan.is_on:
            return {lead.id: _l("Planen är avstängd.") for lead in leads}
        return reasons_against(self.plan, leads)

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        started = start_many(self.plan, leads_with_contacts(row_ids), actor, now)
        return {run.lead_id: {"run": run.id} for run in started.runs}

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        kept: Reasons = {}
        for row_id, before in rows.items():
            run = run_to_change(before["run"])
            if run is None or not run.is_running:
                kept[row_id] = CHANGED_SINCE
            else:
                stop(run, actor, now)
        return kept
