"""The page of one trial, which its signed link opens without sign-in."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.trials.asking_queries import answers_of
from app.trials.models import Trial, TrialState
from app.trials.suitability import Verdict

CAME_TO_NOTHING = (TrialState.DECLINED, TrialState.CANCELLED)


@dataclass(frozen=True, slots=True)
class BorrowedPage:
    """What the holder of a link sees of a trial on a day."""

    trial: Trial
    today: date

    @property
    def shows_days(self) -> bool:
        """Whether there are days that hold, or held."""
        return self.trial.starts_on is not None and self.trial.state not in CAME_TO_NOTHING

    @property
    def has_something_to_talk_about(self) -> bool:
        """Whether an answer of theirs stands in the way, or may; said only until we have judged."""
        if self.trial.state is not TrialState.REQUESTED:
            return False
        return any(answer.verdict != Verdict.FINE for answer in answers_of(self.trial.id))


def borrowed_page(trial_id: int, today: date) -> BorrowedPage | None:
    """The page of a trial; None where the trial is gone."""
    trial = db.session.scalar(
        sa.select(Trial).where(Trial.id == trial_id).options(joinedload(Trial.model), joinedload(Trial.unit))
    )
    return BorrowedPage(trial, today) if trial else None
