from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, TimeField
from wtforms.validators import Length, Optional

from app.contacts.forms import PersonForm
from app.contacts.models import SubjectKind
from app.core.forms import DashboardForm, TextBlock, TextLine
from app.core.labels import choices
from app.follow_ups.dues import Due, DuePreset, at_time, preset_due, whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.onward import End, NextStep, Onward, Rest
from app.follow_ups.suggestions import READY, Suggestion
from app.leads.forms import LONGEST_NOTE, RestForm
from app.leads.models import CallOutcome, LostReason
from app.leads.stages import Stage

PLANNABLE = [kind for kind in FollowUpKind if kind is not FollowUpKind.ANSWER]
"""An answer is owed by itself, when somebody writes."""
WHEN_PLANNED = (DuePreset.TODAY, DuePreset.TOMORROW, DuePreset.NEXT_WEEK, DuePreset.OTHER)
WHEN_MOVED = (DuePreset.LATER_TODAY, DuePreset.TOMORROW, DuePreset.NEXT_WEEK, DuePreset.OTHER)


class DueForm(DashboardForm):
    """When something is due: one of the usual moments, or a day with or without a time."""

    when = RadioField(_l("När?"), choices=lambda: choices(WHEN_PLANNED), coerce=DuePreset, default=DuePreset.TOMORROW)
    day = DateField(_l("Dag"), [Optional()])
    clock = TimeField(_l("Klockslag"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Another day must be named. Asked here, since an empty field that may be empty is not asked itself."""
        is_valid: bool = super().validate(extra_validators)
        if self.when.data is DuePreset.OTHER and self.day.data is None and not self.day.errors:
            self.day.errors = [_("Välj vilken dag.")]
            return False
        return is_valid

    def due(self, now: datetime, zone: ZoneInfo) -> Due:
        """What was chosen. The whole day where no time is named."""
        if self.when.data is not DuePreset.OTHER:
            return preset_due(self.when.data, now, zone)
        day, clock = self.day.data, self.clock.data
        if day is None:
            raise ValueError("another day must be named")
        return whole_day(day, zone) if clock is None else at_time(day, clock, zone)


class MoveForm(DueForm):
    """When else, of something that is planned."""

    when = RadioField(_l("När?"), choices=lambda: choices(WHEN_MOVED), coerce=DuePreset, default=DuePreset.OTHER)


class PlanForm(DueForm):
    """The next step of a lead."""

    kind = SelectField(
        _l("Vad ska göras?"),
        choices=lambda: choices(PLANNABLE),
        coerce=FollowUpKind,
        default=FollowUpKind.CALL,
    )
    title = TextLine(_l("Med egna ord"), [Length(max=120)])

    @classmethod
    def suggesting(cls, suggestion: Suggestion | None, today: date) -> "PlanForm":
        """The form as it is first shown, with what usually comes next filled in."""
        if suggestion is None:
            return cls(formdata=None)
        day, preset = suggestion.day(today), suggestion.preset(today)
        return cls(formdata=None, data={"kind": suggestion.kind, "when": preset, "day": day})

    def step(self, due: Due) -> NextStep:
        """What comes next."""
        return NextStep(self.kind.data, due.at, due.on, self.title.data or None)


class OnwardForm(PlanForm, RestForm):
    """What comes next for a lead: which button was pressed, and what was filled in beside it."""

    then = HiddenField()

    def onward(self, lost_reason: LostReason | None, now: datetime, zone: ZoneInfo) -> Onward | None:
        """What was chosen; None where nothing was. KeyError where no such button is on the page."""
        today = now.astimezone(zone).date()
        match self.then.data:
            case None | "":
                return None
            case "plan":
                return self.step(self.due(now, zone))
            case "rest":
                return Rest(self.comes_back_on(today))
            case "won" | "lost":
                return End(Stage(self.then.data), lost_reason)
            case ready:
                return READY[ready].step(today, zone)


class QuickAddForm(PersonForm, PlanForm):
    """Somebody who called or stopped at the fair: who, whom it is about, what was said, and what comes next."""

    subject_kind = RadioField(
        _l("Vem gäller det?"), choices=lambda: choices(SubjectKind), coerce=SubjectKind, default=SubjectKind.SELF
    )
    subject_name = TextLine(_l("Hästens eller den anhörigas namn"), [Length(max=120)])
    note = TextBlock(_l("Vad ni pratade om"), [Length(max=LONGEST_NOTE)])

    def whom(self) -> tuple[SubjectKind, str | None]:
        """Whom it is about."""
        return self.subject_kind.data, self.subject_name.data or None


class SkipForm(OnwardForm):
    """Why something will not be done, and what is done instead."""

    reason = TextLine(_l("Varför?"), [Length(max=300)], id="skip-reason")


class CallForm(DashboardForm):
    """How a call went."""

    outcome = RadioField(_l("Hur gick det?"), choices=lambda: choices(CallOutcome), coerce=CallOutcome)
    summary = TextBlock(_l("Vad ni pratade om"), [Length(max=LONGEST_NOTE)])
