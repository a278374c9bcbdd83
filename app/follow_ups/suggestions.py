"""What usually comes next: ready tasks for a lead in each stage, after a call that nobody answered, after a rest."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.workdays import is_working_day, next_working_day
from app.follow_ups.dues import DuePreset, whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.onward import NextStep
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

    def step(self, today: date, zone: ZoneInfo) -> NextStep:
        """The step it stands for, on the whole of its day."""
        due = whole_day(self.day(today), zone)
        return NextStep(self.kind, due.at, due.on, self.title)

    def preset(self, today: date) -> DuePreset:
        """What to choose in a form: tomorrow where it is that day, else a day of one's own."""
        is_tomorrow = self.day(today) == today + timedelta(days=1)
        return DuePreset.TOMORROW if is_tomorrow else DuePreset.OTHER

    def day(self, today: date) -> date:
        """The day it falls on; a working day."""
        day = today + timedelta(days=self.days)
        return day if is_working_day(day) else next_working_day(day)


READY: dict[str, Suggestion] = {
    "first_call": Suggestion(FollowUpKind.CALL, 1),
    "first_mail": Suggestion(FollowUpKind.MAIL, 1),
    "was_it_answered": Suggestion(FollowUpKind.CALL, 3, _l("Hör om svaret hjälpte")),
    "more_information": Suggestion(FollowUpKind.MAIL, 1, _l("Skicka mer information")),
    "set_a_time": Suggestion(FollowUpKind.CALL, 1, _l("Bestäm tid för konsultation")),
    "after_consultation": Suggestion(FollowUpKind.CALL, 1, _l("Hör vad de tyckte")),
    "lend": Suggestion(FollowUpKind.VISIT, 5, _l("Lämna ut till provperiod")),
    "how_it_goes": Suggestion(FollowUpKind.CALL, 7, _l("Hör hur provperioden går")),
    "fetch": Suggestion(FollowUpKind.VISIT, 14, _l("Hämta tillbaka enheten")),
    "offer": Suggestion(FollowUpKind.MAIL, 1, _l("Skicka en offert")),
    "decision": Suggestion(FollowUpKind.CALL, 2, _l("Fråga hur de tänker")),
    "in_a_while": Suggestion(FollowUpKind.CALL, 30, _l("Hör av dig igen")),
    "after_long": Suggestion(FollowUpKind.MAIL, 60),
}
"""Ready tasks to choose among, by the names that forms call them."""

READY_BY_STAGE = {
    Stage.NEW: ("first_call", "first_mail", "set_a_time", "more_information"),
    Stage.CONTACTED: ("was_it_answered", "set_a_time", "more_information", "lend"),
    Stage.CONSULTATION: ("after_consultation", "lend", "offer", "more_information"),
    Stage.TRIAL: ("how_it_goes", "fetch", "decision", "offer"),
    Stage.DECISION: ("decision", "offer", "lend", "in_a_while"),
    Stage.RESTING: ("after_long", "in_a_while"),
}
"""What fits a lead where it stands; the first is what usually comes next. Won and lost leads are owed nothing."""

BY_STAGE = {stage: READY[names[0]] for stage, names in READY_BY_STAGE.items()}

AFTER_NO_ANSWER = Suggestion(FollowUpKind.CALL, 1)
AFTER_REST = Suggestion(FollowUpKind.CALL, 0, _l("Hör av dig igen"))

SKIP_REASONS = (
    _l("Behövs inte längre"),
    _l("De hörde av sig själva"),
    _l("Det gick inte att nå dem"),
    _l("Vi bestämde något annat"),
)
"""Why a step is not done, most often."""


def ready_for(stage: Stage) -> dict[str, Suggestion]:
    """The ready tasks for a lead in that stage, the usual one first."""
    return {name: READY[name] for name in READY_BY_STAGE.get(stage, ())}
