"""The handful of numbers that matter, each with what it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.reports.answers import HowSoon, how_soon
from app.reports.from_articles import ArticleLine, from_articles
from app.reports.funnel import Standing, standing
from app.reports.lost import lost_by_reason, lost_count
from app.reports.of_trials import OfTrials, of_trials
from app.reports.scope import Scope
from app.reports.sources import Source, sources


@dataclass(frozen=True, slots=True)
class Before:
    """What the period before is compared by."""

    came: int
    sold: ArticleLine
    lost: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page tells of a period."""

    leads: Standing
    sold: ArticleLine
    """Of all articles together."""
    answers: HowSoon | None
    best_source: Source | None
    lost: Sequence[tuple[str, int]]
    """How many for each reason, the most frequent first."""
    trials: OfTrials
    before: Before | None

    @property
    def lost_count(self) -> int:
        return sum(count for _reason, count in self.lost)

    @property
    def is_empty(self) -> bool:
        return not (self.leads.came or self.answers or self.sold.sales or self.lost) and self.trials.is_empty


def overview(scope: Scope, today: date, now: datetime) -> Overview:
    """Everything at a glance."""
    return Overview(
        leads=standing(scope),
        sold=from_articles(scope).total,
        answers=how_soon(scope, now, weekdays=()),
        best_source=next(iter(sources(scope).by_source), None),
        lost=lost_by_reason(scope),
        trials=of_trials(scope, today),
        before=_before(scope.before) if scope.before else None,
    )


def _before(scope: Scope) -> Before:
    return Before(standing(scope).came, from_articles(scope).total, lost_count(scope))
