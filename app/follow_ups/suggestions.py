"""What usually comes next: for a lead in each stage, after a call that nobody answered, and after a rest."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.workdays import is_working_day, next_working_day
from app.follow_ups.dues import DuePreset
from app.follow_ups.models import FollowUpKind
from app.leads.stages import Stage


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do, and after how many days."""

    kind: FollowUpKind
    days: int
    words: LazyString | None = None
    """What it is called, where its kind does not say it."""

    @property
    def title(self) -> str | None:
        """Its words in the language of the moment."""
        return str(self.words) if self.words else None

    def preset(self, today: date) -> DuePreset:
        """What to choose in a form: tomorrow where it is that day, else a day of one's own."""
        is_tomorrow = self.day(today) == today + timedelta(days=1)
        return DuePreset.TOMORROW if is_tomorrow else DuePreset.OTHER

    def day(self, today: date) -> date:
        """The day it falls on; a working day."""
        day = today + timedelta(days=self.days)
        return day if is_working_day(day) else next_working_day(day)


BY_STAGE = {
    Stage.NEW: Suggestion(FollowUpKind.CALL, 1),
    Stage.CONTACTED: Suggestion(FollowUpKind.CALL, 3),
    Stage.CONSULTATION: Suggestion(FollowUpKind.CALL, 1),
    Stage.TRIAL: Suggestion(FollowUpKind.CALL, 7),
    Stage.DECISION: Suggestion(FollowUpKind.CALL, 2),
    Stage.RESTING: Suggestion(FollowUpKind.MAIL, 60),
}
"""Won and lost leads are owed nothing."""

AFTER_NO_ANSWER = Suggestion(FollowUpKind.CALL, 1)
AFTER_REST = Suggestion(FollowUpKind.CALL, 0, _l("Hör av dig igen"))
