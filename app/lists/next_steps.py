"""Many leads get a next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.follow_ups.onward import NextStep
from app.follow_ups.services import plan
from app.follow_ups.taking_back import suggested_for, take_plan_back
from app.leads.models import Lead
from app.lists.deeds import CHANGED_SINCE, Before, LeadDeed, Reasons


@dataclass(frozen=True, slots=True)
class PlanStep(LeadDeed):
    """Owe each of the leads the same."""

    step: NextStep

    def reasons_against_leads(self, leads: Sequence[Lead]) -> Reasons:
        return {lead.id: _l("Affären är avslutad.") for lead in leads if not lead.is_open}

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        gave_way = suggested_for(row_ids)
        befores = {}
        for row_id in row_ids:
            lead, step = db.session.get_one(Lead, row_id), self.step
            planned = plan(lead, step.kind, step.due_at, now, title=step.title, due_on=step.due_on)
            befores[row_id] = {"step": planned.id, "gave_way": gave_way.get(row_id, [])}
        return befores

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        return {
            row_id: CHANGED_SINCE
            for row_id, before in rows.items()
            if not take_plan_back(before["step"], before["gave_way"])
        }
