"""The handful of numbers that matter, each with what it means."""

from dataclasses import dataclass
from datetime import date, datetime

from app.reports.answers import HowSoon, how_soon
from app.reports.from_articles import FromArticles, from_articles
from app.reports.funnel import Funnel, funnel
from app.reports.lost import Lost, lost
from app.reports.of_trials import OfTrials, of_trials
from app.reports.scope import Scope
from app.reports.sources import Sources, sources


@dataclass(frozen=True, slots=True)
class Overview:
    """All reports of a period."""

    funnel: Funnel
    articles: FromArticles
    answers: HowSoon | None
    sources: Sources
    lost: Lost
    trials: OfTrials

    @property
    def is_empty(self) -> bool:
        return not (self.funnel.came or self.answers or self.articles.lines or self.lost.count) and self.trials.is_empty


def overview(scope: Scope, today: date, now: datetime) -> Overview:
    """Everything at a glance."""
    return Overview(
        funnel=funnel(scope),
        articles=from_articles(scope),
        answers=how_soon(scope, now),
        sources=sources(scope),
        lost=lost(scope),
        trials=of_trials(scope, today),
    )
