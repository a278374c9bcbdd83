"""Why leads were lost in a period, and from which stage."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.core.db import db
from app.core.labels import name_here
from app.core.words import sort_key
from app.leads.models import IS_A_MOVE, Lead, LeadEvent, LeadStage
from app.leads.own_stages import walk_in_order
from app.leads.stages import Stage
from app.reports.cells import Cell
from app.reports.queries import reasons_by_key
from app.reports.scope import Scope
from app.reports.tables import Column, Table
from app.reports.walks import NOWHERE, step_of


@dataclass(frozen=True, slots=True)
class LostFor:
    """How many were lost for one reason, and from which step of the walk each."""

    reason: str
    count: int
    by_step: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Lost:
    """The reasons, the most frequent first, and the steps of the walk."""

    lines: Sequence[LostFor]
    steps: Sequence[tuple[int, str]]
    """Those of the walk, and at the end what lies beside it."""

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """How many were lost for each reason."""
        return [(line.reason, line.count) for line in self.lines]

    @property
    def stages(self) -> list[tuple[str, int]]:
        """How many were lost from each stage that some were lost from, in the order of the walk."""
        counts = [(words, sum(line.by_step.get(step, 0) for line in self.lines)) for step, words in self.steps]
        return [(words, count) for words, count in counts if count]


def lost(scope: Scope) -> Lost:
    """Why leads were lost in the period that are lost today."""
    walk, names = walk_in_order(), _reason_names()
    by_reason: dict[int | None, Counter[int]] = {}
    for reason_id, step, count in _counts(scope, walk):
        by_reason.setdefault(reason_id, Counter())[step] += count
    lines = [LostFor(names[key], counts.total(), counts) for key, counts in by_reason.items()]
    steps = [*enumerate(map(name_here, walk)), (NOWHERE, _("Vid sidan av"))]
    return Lost(sorted(lines, key=lambda one: (-one.count, sort_key(one.reason))), steps)


def lost_by_reason(scope: Scope) -> Sequence[tuple[str, int]]:
    """How many for each reason, the most frequent first, without from where."""
    names = _reason_names()
    query = sa.select(Lead.lost_reason_id, sa.func.count()).where(*_lost(scope)).group_by(Lead.lost_reason_id)
    counts = [(names[key], count) for key, count in db.session.execute(query)]
    return sorted(counts, key=lambda one: (-one[1], sort_key(one[0])))


def _reason_names() -> Mapping[int | None, str]:
    names: dict[int | None, str] = {key: name_here(reason) for key, reason in reasons_by_key().items()}
    return names | {None: _("Ingen anledning")}


def lost_count(scope: Scope) -> int:
    """How many, without why."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Lead).where(*_lost(scope))) or 0


def _lost(scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [Lead.stage == Stage.LOST, scope.period.has_moment(Lead.closed_at), *scope.whose()]


def _counts(scope: Scope, walk: Sequence[LeadStage]) -> Sequence[Any]:
    """The key of a reason, the step before, and how many."""
    came_here = LeadEvent.from_stage != Stage.LOST  # and not from one stage for the lost to another
    step = (
        sa.select(step_of(walk, LeadEvent.from_stage, LeadEvent.from_added_stage_id))
        .where(LeadEvent.lead_id == Lead.id, IS_A_MOVE, came_here)
        .order_by(LeadEvent.at.desc(), LeadEvent.id.desc())
        .limit(1)
        .correlate(Lead)
        .scalar_subquery()
    )
    came_from = sa.func.coalesce(step, NOWHERE).label("step")
    each = sa.select(Lead.lost_reason_id.label("reason_id"), came_from).where(*_lost(scope)).subquery()
    return db.session.execute(sa.select(*each.c, sa.func.count()).group_by(*each.c)).all()


def lost_table(report: Lost) -> Table:
    """A reason a row, and beside it from which stages."""
    columns = (Column(_("Anledning")), Column(_("Antal")), *(Column(words) for _step, words in report.steps))
    totals: Counter[int] = sum((Counter(line.by_step) for line in report.lines), Counter())
    rows = [_row(report, line) for line in (*report.lines, LostFor(_("Totalt"), report.count, totals))]
    return Table("lost", _("Varför affärer förloras"), columns, rows[:-1], rows[-1])


def _row(report: Lost, line: LostFor) -> list[Cell]:
    return [line.reason, line.count, *(line.by_step.get(step, 0) for step, _words in report.steps)]
