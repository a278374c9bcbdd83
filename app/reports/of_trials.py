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
from app.reports.periods import Period
from app.reports.queries import EndedTrial, ended_trials, reasons_by_key, titles_of_articles, trials_out
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
    def share(self) -> float:
        """The part that was bought, from 0 to 1."""
        return self.bought / self.ended if self.ended else 0.0


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


def of_trials(period: Period, today: date) -> OfTrials:
    """What came of the trials in a period; and how it stands today, whatever the period."""
    ended, titles = ended_trials(period), titles_of_articles()
    out, overdue = trials_out(today)
    return OfTrials(
        out=out,
        overdue=overdue,
        usual_days=_average([trial.days for trial in ended]),
        all=_outcome("", ended),
        by_audience=_outcomes(ended, lambda trial: trial.audience, lambda trial: str(TRIED_BY[trial.audience])),
        by_article=_outcomes(
            ended,
            lambda trial: trial.article_id,
            lambda trial: titles.get(trial.article_id or 0, "") or _("Ingen artikel"),
        ),
        reasons=_reasons(ended),
    )


def _average(numbers: Sequence[int]) -> int | None:
    return round(sum(numbers) / len(numbers)) if numbers else None


def _outcomes(
    trials: Iterable[EndedTrial], sort: Callable[[EndedTrial], Hashable], words: Callable[[EndedTrial], str]
) -> list[Outcome]:
    """The outcome of each sort of trial, the sort with the most trials first."""
    groups: dict[Hashable, list[EndedTrial]] = {}
    for trial in trials:
        groups.setdefault(sort(trial), []).append(trial)
    outcomes = [_outcome(words(group[0]), group) for group in groups.values()]
    return sorted(outcomes, key=lambda one: (-one.ended, sort_key(one.words)))


def _outcome(words: str, trials: Sequence[EndedTrial]) -> Outcome:
    return Outcome(words, len(trials), sum(trial.state is TrialState.BOUGHT for trial in trials))


def _reasons(trials: Iterable[EndedTrial]) -> list[tuple[str, int]]:
    names = reasons_by_key()
    counts = Counter(trial.lost_reason_id for trial in trials if trial.state is TrialState.NOT_BOUGHT)
    named = [(name_here(names[key]) if key else _("Ingen anledning"), count) for key, count in counts.items()]
    return sorted(named, key=lambda one: (-one[1], sort_key(one[0])))
