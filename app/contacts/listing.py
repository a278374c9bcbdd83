"""The list of contacts: what can be asked of it, and the rows it gives. Columns, so that it is quick at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.contacts.filters import LIST
from app.contacts.models import Contact
from app.contacts.search import matching
from app.core.conditions import Asked, holds, written
from app.core.db import at_most, db
from app.core.paging import Order, Page, page_of

MOST_COUNTED = 10_000

Conditions = list[sa.ColumnElement[bool]]


class ContactSort(StrEnum):
    """The orders that the list can be read in: by columns that an index keeps in order."""

    NAME = "name"
    ACTIVE = "active"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class ContactFilter(Asked):
    """What is asked of the list."""


ORDERS = {
    ContactSort.NAME: Order((Contact.name_key, Contact.id)),
    ContactSort.ACTIVE: Order((Contact.active_at, Contact.id), is_descending=True),
    ContactSort.CREATED: Order((Contact.created_at, Contact.id), is_descending=True),
}
"""Each as it is first wanted; every one can be turned."""

_LINE = sa.select(
    Contact.id,
    Contact.name,
    Contact.phone,
    Contact.phone_e164,
    Contact.email,
    Contact.language,
    Contact.created_at,
    Contact.active_at,
)


def contacts_page(wanted: ContactFilter, conditions: Conditions, after: str | None = None) -> Page:
    """One page of the contacts that are asked for."""
    order = ORDERS[ContactSort(wanted.sort or ContactSort.NAME)]
    return page_of(_LINE.where(*conditions), [order.turned() if wanted.is_reversed else order], after)


def contacts_count(conditions: Conditions) -> int:
    """For how many contacts the conditions hold, counted no further than one beyond `MOST_COUNTED`."""
    counted = sa.select(Contact.id).where(*conditions).limit(at_most(MOST_COUNTED + 1)).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def contact_ids(wanted: ContactFilter, now: datetime, limit: int) -> Sequence[int]:
    """The keys of the contacts that are asked for, in their order and no more than `limit`."""
    query = sa.select(Contact.id).where(*conditions_of(wanted, now)).order_by(Contact.id)
    return db.session.scalars(query.limit(at_most(limit))).all()


def conditions_of(wanted: ContactFilter, now: datetime) -> Conditions:
    """What holds for the contacts that are asked for.

    Of what it does not see at once it asks the database, so call it once for a page.
    """
    found = matching(wanted.words, Contact.id)
    return [*([] if found is None else [found]), *holds(LIST, wanted, Contact.id, now)]


def address_of(wanted: ContactFilter) -> dict[str, Any]:
    """What is asked, as the parts of an address; `asked_for` in the views reads them."""
    return written(wanted)
