"""Leads with any history, written as bare rows, and recounted by hand: what the reports must agree with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from app.core.db import db
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

MOST_DAYS = 40


@dataclass(frozen=True, slots=True)
class History:
    """When a lead came, and where it went: so long after the move before it."""

    came_at: datetime
    moves: tuple[tuple[Stage, timedelta], ...] = ()

    @property
    def stays(self) -> list[tuple[Stage, timedelta | None]]:
        """Where it stood, one stay after the other; the last has not ended."""
        stages = [Stage.NEW, *(stage for stage, _ in self.moves)]
        return list(zip(stages, [*(length for _, length in self.moves), None], strict=True))

    @property
    def stands_in(self) -> Stage:
        return self.stays[-1][0]


def histories() -> st.SearchStrategy[list[History]]:
    """Some leads that came within some weeks before now, each with some moves."""
    ago = st.integers(0, MOST_DAYS * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
    moves = st.lists(
        st.tuples(st.sampled_from(Stage), st.integers(0, 9 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))),
        max_size=6,
    )
    return st.lists(st.builds(History, ago, moves.map(tuple)), max_size=8)


def add_histories(found: Sequence[History]) -> list[Lead]:
    """Store them all, with a line on the timeline for each move."""
    contact = add_contact()
    leads = []
    for history in found:
        lead = add_lead(contact, now=history.came_at)
        at, left = history.came_at, Stage.NEW
        for stage, length in history.moves:
            at += length
            ends = {"from_stage": left, "to_stage": stage, "stood_seconds": int(length.total_seconds())}
            db.session.add(LeadEvent(lead=lead, kind=EventKind.STAGE, at=at, **ends))
            left = stage
        lead.stage, lead.stage_changed_at, lead.closed_at = left, at, None if left.is_open else at
        leads.append(lead)
        db.session.flush()
    return leads
