"""The list of contacts: what can be asked of it, and the rows it gives. Columns, so that it is quick at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.contacts.filters import LIST
from app.contacts.models import Contact
from app.contacts.search import matching
from app.core.conditions import Asked, Conditions, holds
from app.core.paging import Order, Page, count_of, keys_of, page_of


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
    """For how many contacts the conditions hold, as `count_of` counts."""
    return count_of(Contact.id, conditions)


def contact_ids(wanted: ContactFilter, now: datetime, limit: int) -> Sequence[int]:
    """The keys of the contacts that are asked for, the lowest first and no more than `limit`."""
    return keys_of(Contact.id, conditions_of(wanted, now), limit)


def conditions_of(wanted: ContactFilter, now: datetime) -> Conditions:
    """What holds for the contacts that are asked for.

    Of what it does not see at once it asks the database, so call it once for a page.
    """
    found = matching(wanted.words, Contact.id)
    return [*([] if found is None else [found]), *holds(LIST, wanted, Contact.id, now)]
