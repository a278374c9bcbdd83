"""The columns that the list of leads can show, and by which it can be sorted."""

from enum import StrEnum

from app.core.columns import Sorting
from app.leads.listing import LeadSort


class LeadColumn(StrEnum):
    """What a row can tell of a lead."""

    NAME = "name"
    ABOUT = "about"
    ARTICLE = "article"
    NEXT_STEP = "next_step"
    STAGE = "stage"
    DAYS = "days"
    OWNER = "owner"
    VALUE = "value"
    TAGS = "tags"
    CREATED = "created"
    ACTIVE = "active"
    PHONE = "phone"
    EMAIL = "email"
    SOURCE = "source"


USUAL = (LeadColumn.NAME, LeadColumn.NEXT_STEP, LeadColumn.STAGE, LeadColumn.OWNER, LeadColumn.ACTIVE)
"""Whom it is about, the article and the tags stand under the name where they have no column of their own."""

SORTINGS = {
    LeadColumn.NAME: Sorting(LeadSort.NAME),
    LeadColumn.NEXT_STEP: Sorting(LeadSort.NEXT_STEP),
    LeadColumn.STAGE: Sorting(LeadSort.STAGE),
    LeadColumn.DAYS: Sorting(LeadSort.DAYS, is_descending=True),
    LeadColumn.VALUE: Sorting(LeadSort.VALUE, is_descending=True),
    LeadColumn.CREATED: Sorting(LeadSort.CREATED, is_descending=True),
    LeadColumn.ACTIVE: Sorting(LeadSort.ACTIVE, is_descending=True),
}
"""By all that an index keeps in order. Not by the others: the database would have to sort every lead."""
