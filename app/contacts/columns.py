"""The columns that the list of contacts can show, and by which it can be sorted."""

from enum import StrEnum

from app.contacts.listing import ContactSort
from app.core.columns import Sorting


class ContactColumn(StrEnum):
    """What a row can tell of a contact."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    SUBJECTS = "subjects"
    LEADS_OPEN = "leads_open"
    LAST_STAGE = "last_stage"
    TAGS = "tags"
    TIPS = "tips"
    LANGUAGE = "language"
    CREATED = "created"
    ACTIVE = "active"


USUAL = (
    ContactColumn.NAME,
    ContactColumn.SUBJECTS,
    ContactColumn.PHONE,
    ContactColumn.EMAIL,
    ContactColumn.ACTIVE,
)
"""The tags stand under the name where they have no column of their own."""

SORTINGS = {
    ContactColumn.NAME: Sorting(ContactSort.NAME),
    ContactColumn.CREATED: Sorting(ContactSort.CREATED, is_descending=True),
    ContactColumn.ACTIVE: Sorting(ContactSort.ACTIVE, is_descending=True),
}
"""By all that an index keeps in order. Not by the others: the database would have to sort every contact."""
