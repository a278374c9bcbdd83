"""What is done to many at once. Each kind says whom it leaves as they are and why, does it, and takes it back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import Base
from app.leads.models import Lead
from app.lists.change_queries import leads_called, lock_leads

Before = dict[str, Any]
"""What undoing needs to know of one row, fit for JSON."""

Reasons = dict[int, Any]
"""By the key of a row why nothing is done to it, in words (lazily translated)."""

AT_ONCE = 100
"""How many rows one write takes, so that others who write get in between."""

GONE = _l("Finns inte längre.")
CHANGED_SINCE = _l("Har ändrats sedan dess.")


class Deed(Protocol):
    """One thing to do, with all that was said of it."""

    @property
    def at_once(self) -> int:
        """How many rows one write takes."""

    def reasons_against(self, row_ids: Collection[int]) -> Reasons:
        """Who is left as they are, and why. Asked beforehand, and again when the rows are locked."""

    def lock(self, row_ids: Collection[int]) -> Sequence[Base]:
        """Lock what the deed may change, in the order that everybody keeps.

        Hold on to what it gives until the deed is done: the session forgets what nobody holds.
        """

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        """Do it to rows that nothing speaks against, and say how they were. They are locked."""

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        """Let the rows be as they were, but those that somebody has changed since, which it gives. They are locked."""


class LeadDeed:
    """What the deeds on leads have in common: whom they lock, and that some may be gone."""

    at_once = AT_ONCE

    def lock(self, row_ids: Collection[int]) -> Sequence[Base]:
        return lock_leads(row_ids)

    def reasons_against(self, row_ids: Collection[int]) -> Reasons:
        leads = {lead.id: lead for lead in leads_called(row_ids)}
        against: Reasons = {row_id: GONE for row_id in row_ids if row_id not in leads}
        return against | self.reasons_against_leads(list(leads.values()))

    def reasons_against_leads(self, leads: Sequence[Lead]) -> Reasons:
        """The same of leads that are there."""
        raise NotImplementedError
