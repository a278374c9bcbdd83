"""The list of leads: what can be asked of it, and the rows it gives. Columns, not objects, so that it stays quick."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.accounts.models import User
from app.articles.models import Article
from app.contacts.models import Contact, Subject
from app.contacts.search import matching
from app.core.db import db
from app.core.paging import Order, Page, page_of
from app.leads.models import IS_ADRIFT, Lead
from app.leads.queries import WITH_NAMES, leads_found
from app.leads.stages import Stage
from app.leads.stale import Staleness, is_stale

MOST_TO_CHOOSE = 12
NOBODY = 0
"""Stands for "no owner" where an owner is chosen."""


class LeadSort(StrEnum):
    """The orders that the list can be read in."""

    ACTIVE = "active"
    NEWEST = "newest"
    NEXT_STEP = "next_step"
    NAME = "name"


ORDERS = {
    LeadSort.ACTIVE: (Order((Lead.active_at, Lead.id), is_descending=True),),
    LeadSort.NEWEST: (Order((Lead.created_at, Lead.id), is_descending=True),),
    LeadSort.NEXT_STEP: (
        Order((Lead.next_step_at, Lead.id), where=Lead.next_step_at.is_not(None)),
        Order((Lead.active_at, Lead.id), is_descending=True, where=Lead.next_step_at.is_(None)),
    ),
    LeadSort.NAME: (Order((Contact.name_key, Contact.id, Lead.id), where=Contact.name_key >= ""),),
}
"""By name says what holds for every name, so that SQLite walks the index of names and does not sort all leads."""


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What is asked of the list; None leaves a column free."""

    words: str = ""
    stage: Stage | None = None
    owner_id: int | None = None
    article_id: int | None = None
    is_adrift: bool = False
    stale: Staleness | None = None
    sort: LeadSort = LeadSort.ACTIVE


_LINE = (
    sa.select(
        Lead.id,
        Lead.stage,
        Lead.added_stage_id,
        Lead.created_at,
        Lead.active_at,
        Lead.next_step_at,
        Lead.rests_until_on,
        Lead.stage_changed_at,
        Lead.heard_at,
        Lead.reached_out_at,
        Contact.name,
        Contact.phone,
        Contact.phone_e164,
        Contact.email,
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


def leads_page(wanted: LeadFilter, now: datetime, after: str | None = None) -> Page:
    """One page of the leads that are asked for, each row with the words that the list shows of it."""
    query = _LINE.where(*_conditions(wanted, now))
    found = matching(wanted.words, Lead.contact_id)
    if found is not None:
        query = query.where(found)
    return page_of(query, ORDERS[wanted.sort], after)


def latest_leads(wanted: LeadFilter, now: datetime, limit: int) -> Sequence[Lead]:
    """The leads that are asked for, the latest active first, with the names that they are called by."""
    query = (
        sa.select(Lead).where(*_conditions(wanted, now)).order_by(Lead.active_at.desc(), Lead.id.desc()).limit(limit)
    )
    return db.session.scalars(query.options(*WITH_NAMES)).all()


def open_leads_found(words: str, now: datetime) -> list[Lead]:
    """Some open leads to choose from: those found by the words, or the latest active where nothing is asked."""
    leads = leads_found(words, MOST_TO_CHOOSE) if words else latest_leads(LeadFilter(), now, MOST_TO_CHOOSE)
    return [lead for lead in leads if lead.is_open]


def _conditions(wanted: LeadFilter, now: datetime) -> list[sa.ColumnExpressionArgument[bool]]:
    conditions: list[sa.ColumnExpressionArgument[bool]] = []
    if wanted.stage is not None:
        conditions.append(Lead.stage == wanted.stage)
    if wanted.owner_id is not None:
        conditions.append(Lead.owner_id == (None if wanted.owner_id == NOBODY else wanted.owner_id))
    if wanted.article_id is not None:
        conditions.append(Lead.article_id == wanted.article_id)
    if wanted.is_adrift:
        conditions.append(IS_ADRIFT)
    if wanted.stale is not None:
        conditions.append(is_stale(wanted.stale, now))
    return conditions
