"""The page of one trial, which its signed link opens without sign-in."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.trials.agreeing import agreement_of
from app.trials.agreements import Agreement
from app.trials.asking_queries import answers_of
from app.trials.models import Trial, TrialState
from app.trials.moves import Move, allowed
from app.trials.suitability import Verdict

CAME_TO_NOTHING = (TrialState.DECLINED, TrialState.CANCELLED)


@dataclass(frozen=True)
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

    @cached_property
    def agreement(self) -> Agreement | None:
        """What they have said yes to."""
        return agreement_of(self.trial.id)

    @property
    def may_agree(self) -> bool:
        return Move.AGREE in allowed(self.trial)

    @property
    def may_check_in(self) -> bool:
        """Whether they can say how it goes; nobody is asked any more once they are erased."""
        return self.trial.is_with_borrower and self.trial.lead_id is not None

    @property
    def may_return(self) -> bool:
        """Whether they can say that it has been sent back."""
        return Move.SAY_RETURNED in allowed(self.trial)

    @property
    def is_late(self) -> bool:
        """Whether it is with them, and should not be any more."""
        trial = self.trial
        return trial.is_with_borrower and trial.ends_on is not None and trial.ends_on < self.today

    @property
    def value_ore(self) -> int:
        """What the unit is worth."""
        unit, model = self.trial.unit, self.trial.model
        return model.value_ore if unit is None or unit.value_ore is None else unit.value_ore


def borrowed_page(trial_id: int, today: date) -> BorrowedPage | None:
    """The page of a trial; None where the trial is gone."""
    trial = db.session.scalar(
        sa.select(Trial).where(Trial.id == trial_id).options(joinedload(Trial.model), joinedload(Trial.unit))
    )
    return BorrowedPage(trial, today) if trial else None
