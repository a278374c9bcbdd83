"""The list of contacts, in columns so that it stays quick at any size."""

from enum import StrEnum

import sqlalchemy as sa

from app.contacts.models import Contact
from app.contacts.search import matching
from app.core.paging import Order, Page, page_of


class ContactSort(StrEnum):
    """The orders that the list can be read in."""

    NAME = "name"
    ACTIVE = "active"


ORDERS = {
    ContactSort.NAME: (Order((Contact.name_key, Contact.id)),),
    ContactSort.ACTIVE: (Order((Contact.active_at, Contact.id), is_descending=True),),
}

_LINE = sa.select(Contact.id, Contact.name, Contact.phone, Contact.phone_e164, Contact.email, Contact.active_at)


def contacts_page(words: str = "", sort: ContactSort = ContactSort.NAME, after: str | None = None) -> Page:
    """One page of the contacts that are found by the words; everybody where there are none."""
    found = matching(words, Contact.id)
    query = _LINE if found is None else _LINE.where(found)
    return page_of(query, ORDERS[sort], after)
