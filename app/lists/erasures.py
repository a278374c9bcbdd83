"""Many people are erased, one at a time and for good."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.erasing import erase
from app.contacts.models import Contact
from app.core.db import Base, db
from app.lists.deeds import GONE, Before, Reasons


@dataclass(frozen=True, slots=True)
class Erase:
    """Each has a write of its own, since an erasure locks consents before anything else."""

    at_once = 1

    def lock(self, row_ids: Collection[int]) -> Sequence[Base]:
        """Nothing: an erasure locks what it needs itself, in the order that everybody keeps."""
        return []

    def reasons_against(self, row_ids: Collection[int]) -> Reasons:
        known = set(db.session.scalars(sa.select(Contact.id).where(Contact.id.in_(row_ids))))
        return {row_id: GONE for row_id in row_ids if row_id not in known}

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        for row_id in row_ids:
            erase(db.session.get_one(Contact, row_id), actor, now)
        return {row_id: {} for row_id in row_ids}

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        raise ValueError("nobody can bring back what was erased")
