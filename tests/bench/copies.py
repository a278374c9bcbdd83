"""A crowd larger than can be drawn in good time: all who were drawn, again and again, under keys of their own.

The database copies them itself. Each has an address of their own and is found by it, and nobody more waits for an
answer; but copies of one came in the same minute, and their letters are stored in the same bytes.
"""

from typing import Any

import sqlalchemy as sa

from app.contacts.models import Contact, ContactTerm
from app.core.db import writing
from app.core.rows import table_of
from app.enquiries.models import Enquiry, EnquiryState
from app.leads.models import LeadEvent
from tests.bench.bulk import in_haste
from tests.bench.crowd import TABLES, count_on

KEYS = ("id", "contact_id", "subject_id", "lead_id", "about_id")
"""Columns that hold somebody's number."""
DRAWN_ANEW = table_of(LeadEvent).c.id
"""A lead has several, so that their keys are not its number."""

Copied = sa.ColumnElement[Any]


def add_copies(drawn: int, how_many: int) -> None:
    """Add to those who were drawn, once they have their histories, until there are as many as are asked for."""
    tables = [table_of(model) for model in TABLES]
    with in_haste(*tables):
        for already in range(drawn, how_many, drawn):
            with writing() as session:
                for table in tables:
                    session.execute(_copies(table, already, min(drawn, how_many - already)))
    count_on()


def _copies(table: sa.Table, already: int, most: int) -> sa.Insert:
    """The rows of the first, each about somebody whose number is higher by those who are there already."""
    columns = [column for column in table.columns if column is not DRAWN_ANEW]
    number = next(table.c[name] for name in ("lead_id", "contact_id", "id") if name in table.c)
    theirs = _what_tells_them_apart(number, number + already)
    shifted = (theirs.get(column, column + already if column.name in KEYS else column) for column in columns)
    return sa.insert(table).from_select(columns, sa.select(*shifted).where(number <= most))


def _what_tells_them_apart(number: Copied, new: Copied) -> dict[Any, Copied]:
    old_word, new_word = sa.cast(number, sa.String), sa.cast(new, sa.String)
    contact, letter, term = table_of(Contact).c, table_of(Enquiry).c, table_of(ContactTerm).c.term
    addresses = (contact.email, contact.email_key, letter.email)
    return {
        **{address: sa.func.replace(address, old_word + "@", new_word + "@") for address in addresses},
        term: sa.case((term.like("0%"), term), else_=sa.func.replace(term, old_word, new_word)),
        letter.reference: "LT-" + new_word,
        letter.nonce: "crowd-" + new_word,
        letter.state: sa.literal(EnquiryState.ANSWERED, letter.state.type),
        letter.settled_at: sa.func.coalesce(letter.settled_at, letter.received_at),
    }
