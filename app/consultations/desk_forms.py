from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField
from wtforms.validators import InputRequired, Length, Optional

from app.consultations.models import ConsultationOutcome
from app.core.forms import ClockTime, DashboardForm, TextBlock, TextLine
from app.core.labels import choices
from app.core.wall_clock import moment_of
from app.follow_ups.dues import DuePreset
from app.follow_ups.forms import PlanForm
from app.follow_ups.onward import NextStep
from app.leads.forms import LONGEST_NOTE

ANOTHER_TIME = "other"
YEARS = range(2020, 2100)
"""Beyond them a moment and what is reckoned from it may be none."""
LONGEST_WHY = 500


class OutcomeForm(PlanForm):
    """What a consultation came to, and what comes next."""

    outcome = RadioField(
        _l("Vad blev det av?"),
        [InputRequired(_l("Välj hur det gick."))],
        choices=lambda: choices(ConsultationOutcome),
        coerce=ConsultationOutcome,
    )
    note = TextBlock(_l("Anteckning"), [Length(max=LONGEST_NOTE)], id="outcome-note")
    has_own_step = BooleanField(_l("Jag väljer nästa steg själv"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A step of one's own is asked about only where it is chosen."""
        chosen = self.when.data
        if not self.has_own_step.data:
            self.when.data = DuePreset.TOMORROW
        is_valid: bool = super().validate(extra_validators)
        self.when.data = chosen
        return is_valid

    def next_step(self, now: datetime, zone: ZoneInfo) -> NextStep | None:
        """The step of one's own; None where the usual one will do."""
        return self.step(self.due(now, zone)) if self.has_own_step.data else None


class CancelForm(DashboardForm):
    """Why a consultation is called off."""

    why = TextLine(_l("Varför?"), [Length(max=LONGEST_WHY)], id="cancel-why")


class HourForm(DashboardForm):
    """Which hour: one of those that are free, or any other."""

    start = RadioField(_l("Tid"), validate_choice=False)
    day = DateField(_l("Dag"), [Optional()])
    clock = ClockTime(_l("Klockslag"), [Optional()])
    agreed = HiddenField()
    """The hour whose conflicts have been read and are accepted."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """An hour of one's own has a day and a time; one of the free ones is a moment."""
        is_valid: bool = super().validate(extra_validators)
        if self.start.data == ANOTHER_TIME:
            if not self.day.errors and (self.day.data is None or self.day.data.year not in YEARS):
                self.day.errors = [_("Fyll i vilken dag.")]
            if not self.clock.errors and self.clock.data is None:
                self.clock.errors = [_("Fyll i ett klockslag.")]
            is_valid = not self.errors
        elif self._chosen() is None:
            self.start.errors = [_("Välj en tid.")]
            is_valid = False
        return is_valid

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The hour that was chosen. ValueError before the form is valid."""
        if self.start.data == ANOTHER_TIME and self.day.data and self.clock.data:
            return moment_of(self.day.data, self.clock.data, zone)
        chosen = self._chosen()
        if chosen is None:
            raise ValueError("no hour is chosen")
        return chosen

    def _chosen(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self.start.data or "")
        except ValueError:
            return None
        return moment if moment.tzinfo and moment.year in YEARS else None


class BehalfForm(HourForm):
    """A booking that we make for somebody: the hour, and how and where we meet them."""

    phone = TextLine(_l("Telefon"), [Length(max=40)])
    street_address = TextLine(_l("Gatuadress"), [Length(max=200)])
    city = TextLine(_l("Ort"), [Length(max=80)])
    wishes = TextBlock(_l("Vad de vill prata om"), [Length(max=LONGEST_NOTE)])
