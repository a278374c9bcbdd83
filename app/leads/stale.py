"""Leads on the walk that have stood still for longer than their stage lets them: silent, or not worked by us.

The clock starts at the last word from them or us, or at the last change of stage, and stands while the next step lies
ahead: what is planned is not forgotten, and what was due counts from the moment it was due.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import sqlalchemy as sa

from app.core.db import db
from app.leads.models import IS_SILENT, IS_UNWORKED, Lead
from app.leads.own_stages import Standing, every_stage, stage_of, stands_in


class Staleness(StrEnum):
    """Whose turn it is."""

    SILENT = "silent"
    UNWORKED = "unworked"


@dataclass(frozen=True, slots=True)
class Stale:
    """How a lead stands still, and since when."""

    how: Staleness
    since: datetime


class Walker(Standing, Protocol):
    """What must be known of a lead to tell: a lead itself, or a row of the list."""

    stage_changed_at: datetime
    heard_at: datetime | None
    reached_out_at: datetime | None
    next_step_at: datetime | None


def stale(lead: Walker, now: datetime) -> Stale | None:
    """How the lead stands still; None while it walks as it should. `is_stale` says the same to the database."""
    days = stage_of(lead).expected_days
    if days is None or lead.heard_at is None:
        return None
    theirs, ours = max(lead.heard_at, lead.stage_changed_at), lead.reached_out_at
    is_silent = ours is not None and ours > lead.heard_at and ours >= lead.stage_changed_at
    found = Stale(Staleness.SILENT, ours) if ours and is_silent else Stale(Staleness.UNWORKED, theirs)
    clock_starts_at = max(found.since, lead.next_step_at or found.since)
    return found if clock_starts_at <= now - timedelta(days=days) else None


def is_stale(how: Staleness, now: datetime) -> sa.ColumnElement[bool]:
    """What holds for the leads that stand still in that way; one index each answers it."""
    moments = {own: now - timedelta(days=own.expected_days) for own in every_stage() if own.expected_days}
    if not moments:
        return sa.false()
    enough = sa.case(*((stands_in(own), moment) for own, moment in moments.items()))
    clock = (Lead.reached_out_at,) if how is Staleness.SILENT else (Lead.heard_at, Lead.stage_changed_at)
    return sa.and_(
        IS_SILENT if how is Staleness.SILENT else IS_UNWORKED,
        clock[0] <= max(moments.values()),  # where the index is entered; the rest is read from it alone
        *(moment <= enough for moment in clock),
        sa.or_(Lead.next_step_at.is_(None), Lead.next_step_at <= enough),
    )


def stale_counts(now: datetime, user_id: int | None = None) -> dict[Staleness, int]:
    """How many leads stand still in each way; of one user, or of all."""
    whose = () if user_id is None else (Lead.owner_id == user_id,)
    counts = [sa.select(sa.func.count()).where(is_stale(how, now), *whose).scalar_subquery() for how in Staleness]
    return dict(zip(Staleness, db.session.execute(sa.select(*counts)).one(), strict=True))
