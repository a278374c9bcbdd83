"""Many leads or contacts get a tag, or are rid of one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.models import Contact
from app.contacts.tags import Tag, tag_contact, tags_of_contacts, untag_contact
from app.core.db import Base, db
from app.leads.models import Lead
from app.leads.tags import tag_lead, tags_of_leads, untag_lead
from app.lists.deeds import AT_ONCE, CHANGED_SINCE, GONE, Before, Reasons
from app.lists.models import ListOf


@dataclass(frozen=True, slots=True)
class _Carriers:
    """Who can carry tags, and how."""

    model: type[Lead] | type[Contact]
    tags_of: Callable[[Collection[int]], dict[int, list[Tag]]]
    put: Callable[[Any, Tag], bool]
    take: Callable[[Any, Tag], bool]


_CARRIERS = {
    ListOf.LEADS: _Carriers(Lead, tags_of_leads, tag_lead, untag_lead),
    ListOf.CONTACTS: _Carriers(Contact, tags_of_contacts, tag_contact, untag_contact),
}


@dataclass(frozen=True, slots=True)
class ChangeTag:
    """Let them carry a tag, or (`puts` is False) take it from them.

    None stands for a tag that is not made yet; it will have the new name.
    """

    list_of: ListOf
    tag: Tag | None
    puts: bool
    new_name: str = ""

    at_once = AT_ONCE

    def lock(self, row_ids: Collection[int]) -> Sequence[Base]:
        model = self._carriers.model
        rows = sa.select(model).where(model.id.in_(row_ids)).order_by(model.id)
        return db.session.scalars(rows.with_for_update(key_share=True)).all()

    def reasons_against(self, row_ids: Collection[int]) -> Reasons:
        model = self._carriers.model
        known = set(db.session.scalars(sa.select(model.id).where(model.id.in_(row_ids))))
        carries = self._who_carries(row_ids)
        against: Reasons = {row_id: GONE for row_id in row_ids if row_id not in known}
        if self.puts:
            return against | dict.fromkeys(known & carries, _l("Har redan taggen."))
        return against | dict.fromkeys(known - carries, _l("Har inte taggen."))

    def act(self, row_ids: Sequence[int], actor: User, now: datetime) -> dict[int, Before]:
        self._write(row_ids, puts=self.puts)
        return {row_id: {} for row_id in row_ids}

    def take_back(self, rows: Mapping[int, Before], actor: User, now: datetime) -> Reasons:
        known = set(db.session.scalars(sa.select(self._carriers.model.id).where(self._carriers.model.id.in_(rows))))
        has_changed = (known - self._who_carries(rows)) if self.puts else (known & self._who_carries(rows))
        self._write(sorted(known - has_changed), puts=not self.puts)
        return dict.fromkeys(set(rows) - known, GONE) | dict.fromkeys(has_changed, CHANGED_SINCE)

    def _write(self, row_ids: Sequence[int], *, puts: bool) -> None:
        if self.tag is None:
            raise ValueError("the tag is not made yet")
        write = self._carriers.put if puts else self._carriers.take
        for row_id in row_ids:
            write(db.session.get_one(self._carriers.model, row_id), self.tag)

    def _who_carries(self, row_ids: Collection[int]) -> set[int]:
        found = self._carriers.tags_of(list(row_ids))
        return {row_id for row_id, tags in found.items() if self.tag is not None and self.tag in tags}

    @property
    def _carriers(self) -> _Carriers:
        return _CARRIERS[self.list_of]
