"""Which rows of a list are meant: those that were ticked, or all that the list shows."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from app.contacts import filters as of_contacts
from app.contacts.listing import ContactFilter, ContactSort, contact_ids
from app.core.conditions import read
from app.leads import filters as of_leads
from app.leads.listing import LeadFilter, LeadSort, lead_ids
from app.lists.models import ListOf

LONGEST_ASKED = 2000


def tidied(asked: str) -> str:
    """A list's query as it is written in an address, whatever was sent."""
    return urlencode(parse_qsl(asked[:LONGEST_ASKED]))


def rows_asked(list_of: ListOf, asked: str, user_id: int, now: datetime, limit: int) -> Collection[int]:
    """The keys of all rows that a list shows by that query, no more than `limit`. They are read anew."""
    words = MultiDict(parse_qsl(asked))
    if list_of is ListOf.LEADS:
        return lead_ids(read(of_leads.LIST, words, LeadFilter, LeadSort, user_id), now, limit)
    return contact_ids(read(of_contacts.LIST, words, ContactFilter, ContactSort, user_id), now, limit)
