"""What comes of the trials: how many are out, how long they last, how many end with a purchase, and why not."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.consultations.kinds import Audience
from app.core.labels import name_here
from app.core.words import sort_key
from app.reports.cells import Share
from app.reports.queries import EndedTrials, ended_trials, reasons_by_key, titles_of_articles, trials_out
from app.reports.scope import Scope
from app.reports.tables import Column, Table
from app.trials.models import TrialState

TRIED_BY = {
    Audience.PERSON: _l("Människor"),
    Audience.HORSE: _l("Hästar"),
    Audience.BOTH: _l("Människor och hästar"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many trials of one sort ended, and how many of those with a purchase."""

    words: str
    ended: int
    bought: int

    @property
    def share(self) -> Share:
        """The part that was bought."""
        return Share(self.bought, self.ended)


@dataclass(frozen=True, slots=True)
class OfTrials:
    """The trials: those out now, and those that ended in the period."""

    out: int
    overdue: int
    usual_days: int | None
    """How long those that ended lasted on average."""
    all: Outcome
    by_audience: Sequence[Outcome]
    by_article: Sequence[Outcome]
    reasons: Sequence[tuple[str, int]]
    """Why it was not bought, the most frequent first."""

    @property
    def is_empty(self) -> bool:
        return not (self.out or self.all.ended)


def of_trials(scope: Scope, today: date) -> OfTrials:
    """What came of the trials in a period; and how it stands today, whatever the period."""
    ended, titles = ended_trials(scope), titles_of_articles()
    out, overdue = trials_out(scope, today)
    return OfTrials(
        out=out,
        overdue=overdue,
        usual_days=_average_days(ended),
        all=_outcome("", ended),
        by_audience=_outcomes(ended, lambda trial: trial.audience, lambda trial: str(TRIED_BY[trial.audience])),
        by_article=_outcomes(
            ended,
            lambda trial: trial.article_id,
            lambda trial: titles.get(trial.article_id or 0, "") or _("Ingen artikel"),
        ),
        reasons=_reasons(ended),
    )


def _average_days(ended: Sequence[EndedTrials]) -> int | None:
    how_many = sum(trials.count for trials in ended)
    return round(sum(trials.days for trials in ended) / how_many) if how_many else None


def _outcomes(
    ended: Iterable[EndedTrials], sort: Callable[[EndedTrials], Hashable], words: Callable[[EndedTrials], str]
) -> list[Outcome]:
    """The outcome of each sort of trial, the sort with the most trials first."""
    groups: dict[Hashable, list[EndedTrials]] = {}
    for trials in ended:
        groups.setdefault(sort(trials), []).append(trials)
    outcomes = [_outcome(words(group[0]), group) for group in groups.values()]
    return sorted(outcomes, key=lambda one: (-one.ended, sort_key(one.words)))


def _outcome(words: str, ended: Sequence[EndedTrials]) -> Outcome:
    bought = sum(trials.count for trials in ended if trials.state is TrialState.BOUGHT)
    return Outcome(words, sum(trials.count for trials in ended), bought)


def _reasons(ended: Iterable[EndedTrials]) -> list[tuple[str, int]]:
    names = reasons_by_key()
    counts: Counter[int | None] = Counter()
    for trials in ended:
        if trials.state is TrialState.NOT_BOUGHT:
            counts[trials.lost_reason_id] += trials.count
    named = [(name_here(names[key]) if key else _("Ingen anledning"), count) for key, count in counts.items()]
    return sorted(named, key=lambda one: (-one[1], sort_key(one[0])))


def outcomes_table(name: str, title: str, sort: str, found: Sequence[Outcome]) -> Table:
    """How the trials of several sorts ended, a sort a row."""
    columns = (Column(sort), Column(_("Avslutade")), Column(_("Köpt")), Column(_("Andel"), "%"))
    return Table(name, title, columns, [(one.words, one.ended, one.bought, one.share) for one in found])


def audiences_table(report: OfTrials) -> Table:
    """Those of people and of horses."""
    return outcomes_table("trials-by-audience", _("Människor och hästar"), _("Provat av"), report.by_audience)


def trial_articles_table(report: OfTrials) -> Table:
    """Those of each article."""
    return outcomes_table("trials-by-article", _("Efter artikel"), _("Artikel"), report.by_article)


def reasons_table(report: OfTrials) -> Table:
    """Why they did not buy."""
    columns = (Column(_("Anledning")), Column(_("Antal")))
    return Table("trial-reasons", _("Varför de inte köpte"), columns, report.reasons)
