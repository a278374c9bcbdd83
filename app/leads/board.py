"""The board: the open leads, a column for each stage, and what each column holds and is worth."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.core.conditions import Conditions
from app.core.db import db
from app.core.paging import Page, Part, first_pages, page_of
from app.leads.listing import LEAD_ROW, ORDERS, LeadSort
from app.leads.models import IS_ON_BOARD, Lead, LeadStage
from app.leads.own_stages import every_stage, own_stage, stands_in

FIRST_CARDS = 15
"""More than a screen has room for; those after them come as one scrolls, thirty at a time."""
ORDER, _ = ORDERS[LeadSort.NEXT_STEP]
"""The next step that is due first comes first; then those without one, the latest active first."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many leads a column holds, what they are worth together, and how many of them nobody has put a value on."""

    count: int = 0
    value_ore: int = 0
    without_value: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with what it holds, and some of its cards."""

    stage: LeadStage
    total: Total
    page: Page


def board(conditions: Conditions) -> list[Column]:
    """The columns in the owner's order, each with its first cards of the leads for which the conditions hold.

    A stage that was put away has a column while it has leads.
    """
    found = totals(conditions)
    shown = [own for own in every_stage() if own.meaning.is_open and (own.is_active or own.id in found)]
    pages = first_pages(LEAD_ROW, Lead.id, [_held_by(own, conditions) for own in shown], ORDER, FIRST_CARDS)
    return [Column(own, found.get(own.id, Total()), page) for own, page in zip(shown, pages, strict=True)]


def column_page(own: LeadStage, conditions: Conditions, after: str | None) -> Page:
    """The cards of one column that come after a page."""
    return page_of(LEAD_ROW.where(*_held_by(own, conditions)), ORDER, after)


def totals(conditions: Conditions) -> dict[int, Total]:
    """What the columns hold, by the keys of their stages; those that hold nothing are not in it.

    In one statement, and where nothing is asked from the board's index alone.
    """
    stages = (Lead.stage, Lead.added_stage_id)
    without_value = sa.func.count() - sa.func.count(Lead.value_ore)
    sums = (sa.func.count(), sa.func.coalesce(sa.func.sum(Lead.value_ore), 0), without_value)
    rows: Any = db.session.execute(sa.select(*stages, *sums).where(IS_ON_BOARD, *conditions).group_by(*stages))
    return {own_stage(meaning, added_id).id: Total(*found) for meaning, added_id, *found in rows}


def card(lead_id: int, conditions: Conditions) -> Any | None:
    """The card of one lead; None where it is closed, or not what is asked for."""
    return db.session.execute(LEAD_ROW.where(Lead.id == lead_id, IS_ON_BOARD, *conditions)).one_or_none()


def place_in_column(card: Any) -> str:
    """A text by which cards stand in a column's order."""
    if card.next_step_at is not None:
        return f"0 {card.next_step_at.timestamp():018.6f} {card.id:010}"
    return f"1 {_LAST - card.active_at.timestamp():018.6f} {_LAST - card.id:010}"


_LAST = 10**10
"""After every moment and every key, to count down from."""


def _held_by(own: LeadStage, conditions: Conditions) -> Part:
    return [IS_ON_BOARD, stands_in(own), *conditions]
