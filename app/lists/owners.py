"""Many leads get another owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.leads.models import Lead
from app.leads.services import hand_over
from app.lists.deeds import CHANGED_SINCE, GONE, Before, LeadDeed, Reasons


@dataclass(frozen=True, slots=True)
class GiveOwner(LeadDeed):
    """Give the leads to somebody, or to nobody."""

    owner: User | None

    def reasons_against_leads(self, leads: Sequence[Lead]) -> Reasons:
        if self.owner is not None and not (self.owner.is_active and self.owner.may_change):
            return {lead.id: _l("Den nya ansvariga kan inte ändra något.") for lead in leads}
        return {lead.id: _l("Har redan den ansvariga.") for lead in leads if lead.owner_id == self._owner_id}

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        befores = {}
        for row_id in row_ids:
            lead = db.session.get_one(Lead, row_id)
            befores[row_id] = {"owner": lead.owner_id}
            hand_over(lead, self.owner, actor, now)
        return befores

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        kept: Reasons = {}
        for row_id, before in rows.items():
            lead = db.session.get(Lead, row_id)
            if lead is None or lead.owner_id != self._owner_id:
                kept[row_id] = GONE if lead is None else CHANGED_SINCE
            else:
                hand_over(lead, db.session.get(User, before["owner"]) if before["owner"] else None, actor, now)
        return kept

    @property
    def _owner_id(self) -> int | None:
        return self.owner.id if self.owner else None
