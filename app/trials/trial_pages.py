"""What the page of one trial shows of it, read at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.core.db import db
from app.trials.agreements import Agreement
from app.trials.handing_over import protocols_of
from app.trials.models import Trial, TrialChange, TrialState
from app.trials.protocols import Protocol, ProtocolKind
from app.trials.queries import changes_of, serials_in
from app.trials.suitability import Answer, SuitabilityAnswer, Verdict

WALK = tuple(TrialState)[: tuple(TrialState).index(TrialState.BOUGHT)]
"""The states that a trial walks through before its end, in order."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a question about suitability, and what that meant then."""

    question: str
    answer: Answer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A trial as one of us sees it on a local day."""

    trial: Trial
    answers: Sequence[Answered]
    """As long as they are kept."""
    agreement: Agreement | None
    changes: Sequence[TrialChange]
    """The first first."""
    protocols: Mapping[ProtocolKind, Protocol]
    serials: Mapping[int, str]
    """What the units are called that its history names."""
    today: date

    @property
    def days(self) -> int:
        """How long it is, the first and the last day counted."""
        trial = self.trial
        return (trial.ends_on - trial.starts_on).days + 1 if trial.starts_on and trial.ends_on else 0

    @property
    def day_number(self) -> int:
        """Which day of it today is; past `days` once it is over, and 0 or less before it begins."""
        return (self.today - self.trial.starts_on).days + 1 if self.trial.starts_on else 0

    def has_passed(self, state: TrialState) -> bool:
        """Whether it has been there on its way to where it stands."""
        place = WALK.index(self.trial.state) if self.trial.state in WALK else len(WALK)
        return WALK.index(state) < place and any(change.to_state is state for change in self.changes)


def trial_page(trial: Trial, today: date) -> TrialPage:
    """The page of a trial."""
    changes = changes_of(trial.id)
    return TrialPage(
        trial,
        _answered(trial.id),
        _agreement_of(trial.id),
        changes,
        protocols_of(trial.id),
        serials_in(changes),
        today,
    )


def _answered(trial_id: int) -> list[Answered]:
    query = sa.select(SuitabilityAnswer).where(SuitabilityAnswer.trial_id == trial_id)
    rows = db.session.scalars(query.order_by(SuitabilityAnswer.id))
    return [Answered(row.question, Answer(row.answer), Verdict(row.verdict)) for row in rows]


def _agreement_of(trial_id: int) -> Agreement | None:
    return db.session.scalar(sa.select(Agreement).where(Agreement.trial_id == trial_id))
