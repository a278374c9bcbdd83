"""The list of leads: what can be asked of it, and the rows it gives. Columns, not objects, so that it stays quick."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.accounts.models import User
from app.articles.models import Article
from app.contacts.models import Contact, Subject
from app.contacts.search import matching
from app.core.conditions import Asked, Conditions, holds
from app.core.db import db
from app.core.paging import Order, Page, count_of, keys_of, page_of
from app.leads.filters import LIST
from app.leads.models import Lead
from app.leads.own_stages import every_stage, stands_in
from app.leads.queries import WITH_NAMES, leads_found
from app.leads.stages import OPEN

MOST_TO_CHOOSE = 12


class LeadSort(StrEnum):
    """The orders that the list can be read in: by columns that an index keeps in order."""

    ACTIVE = "active"
    NAME = "name"
    STAGE = "stage"
    NEXT_STEP = "next_step"
    VALUE = "value"
    DAYS = "days"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class LeadFilter(Asked):
    """What is asked of the list."""


_LATEST = Order((Lead.active_at, Lead.id), is_descending=True)
_BY_NAME = Order((Contact.name_key, Contact.id, Lead.id), where=Contact.name_key >= "")
"""By name says what holds for every name, so that SQLite walks the index of names and does not sort all leads."""
_PLANNED = Order((Lead.next_step_at, Lead.id), where=Lead.next_step_at.is_not(None))
_UNPLANNED = Order((Lead.active_at, Lead.id), is_descending=True, where=Lead.next_step_at.is_(None))
_WORTH = Order((Lead.value_ore, Lead.id), is_descending=True, where=Lead.value_ore.is_not(None))
_WORTH_UNKNOWN = Order((Lead.active_at, Lead.id), is_descending=True, where=Lead.value_ore.is_(None))
_LONGEST = Order((Lead.stage_changed_at, Lead.id))
_NEWEST = Order((Lead.created_at, Lead.id), is_descending=True)

ORDERS = {
    LeadSort.ACTIVE: ((_LATEST,), (_LATEST.turned(),)),
    LeadSort.NAME: ((_BY_NAME,), (_BY_NAME.turned(),)),
    LeadSort.NEXT_STEP: ((_PLANNED, _UNPLANNED), (_PLANNED.turned(), _UNPLANNED)),
    LeadSort.VALUE: ((_WORTH, _WORTH_UNKNOWN), (_WORTH.turned(), _WORTH_UNKNOWN)),
    LeadSort.DAYS: ((_LONGEST,), (_LONGEST.turned(),)),
    LeadSort.CREATED: ((_NEWEST,), (_NEWEST.turned(),)),
}
"""Each as it is first wanted, and the other way round; what is not known comes last in both. The owner's stages have an
order of their own."""

LEAD_ROW = (
    sa.select(
        Lead.id,
        Lead.stage,
        Lead.added_stage_id,
        Lead.stage_changed_at,
        Lead.value_ore,
        Lead.active_at,
        Lead.next_step_at,
        Lead.rests_until_on,
        Lead.heard_at,
        Lead.reached_out_at,
        Contact.name,
        Subject.kind.label("subject_kind"),
        Subject.name.label("subject_name"),
        Article.title.label("article_title"),
        User.name.label("owner_name"),
    )
    .select_from(Lead)
    .join(Lead.contact)
    .join(Lead.subject)
    .outerjoin(Lead.article)
    .outerjoin(Lead.owner)
)
"""What is told of a lead wherever many stand: in the list, and on the board."""
_LINE = LEAD_ROW.add_columns(Lead.contact_id, Lead.created_at, Contact.phone, Contact.phone_e164, Contact.email)


def leads_page(wanted: LeadFilter, conditions: Conditions, after: str | None = None) -> Page:
    """One page of the leads that are asked for, each row with the words that the list shows of it."""
    sort = LeadSort(wanted.sort or LeadSort.ACTIVE)
    natural, turned = _by_stage() if sort is LeadSort.STAGE else ORDERS[sort]
    return page_of(_LINE.where(*conditions), turned if wanted.is_reversed else natural, after)


def _by_stage() -> tuple[Sequence[Order], Sequence[Order]]:
    """The stages as the owner has ordered them, put away or not; in each the latest active first."""
    latest = [replace(_LATEST, where=stands_in(own)) for own in every_stage()]
    return latest, latest[::-1]


def leads_count(conditions: Conditions) -> int:
    """For how many leads the conditions hold, as `count_of` counts."""
    return count_of(Lead.id, conditions)


def lead_ids(wanted: LeadFilter, now: datetime, limit: int) -> Sequence[int]:
    """The keys of the leads that are asked for, the lowest first and no more than `limit`."""
    return keys_of(Lead.id, conditions_of(wanted, now), limit)


def latest_leads(wanted: LeadFilter, now: datetime, limit: int) -> Sequence[Lead]:
    """The leads that are asked for, the latest active first, with the names that they are called by."""
    query = sa.select(Lead).where(*conditions_of(wanted, now)).order_by(Lead.active_at.desc(), Lead.id.desc())
    return db.session.scalars(query.limit(limit).options(*WITH_NAMES)).all()


def open_leads_found(words: str, now: datetime) -> list[Lead]:
    """Some open leads to choose from: those found by the words, or the latest active where nothing is asked."""
    if words:
        return [lead for lead in leads_found(words, MOST_TO_CHOOSE) if lead.is_open]
    return list(latest_leads(LeadFilter.asking(stage=OPEN), now, MOST_TO_CHOOSE))


def conditions_of(wanted: LeadFilter, now: datetime) -> Conditions:
    """What holds for the leads that are asked for; of leads alone, so that any query of leads can have it.

    Of what it does not see at once it asks the database, so call it once for a page.
    """
    found = matching(wanted.words, Lead.contact_id)
    return [*([] if found is None else [found]), *holds(LIST, wanted, Lead.id, now)]
