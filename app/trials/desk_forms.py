"""What is filled in about a trial at the desk."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.errors import RuleBroken
from app.core.forms import DashboardForm, Day, Kronor, SelectChoice, TextLine
from app.core.routes import row_number
from app.core.workdays import next_working_day
from app.trials.models import Trial
from app.trials.refusals import UnitTaken
from app.trials.units import DeviceUnit

LONGEST_WHY = 500
DIGITS = {"inputmode": "decimal"}
A_WEEK = timedelta(days=7)
YEARS = range(2020, 2100)
"""Beyond them it is a slip of the hand."""
Value = TypeVar("Value")

ANY_UNIT = 0
"""Stands for whichever unit has rested longest."""


def _in_our_time(form: Any, field: Any) -> None:
    """Refuses a year that nobody means."""
    if field.data is not None and field.data.year not in YEARS:
        raise ValidationError(_("Det där året kan inte stämma."))


class NamedDay(Day):
    """A day that has to be named."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, [InputRequired(_l("Välj vilken dag.")), _in_our_time], **options)


def filled(value: Value | None) -> Value:
    """What was filled in. ValueError where nothing was, as before a form is valid."""
    if value is None:
        raise ValueError("the form is not valid")
    return value


def _named(units: Sequence[DeviceUnit]) -> list[SelectChoice]:
    return [SelectChoice(unit.id, unit.serial) for unit in units]


class ActForm(DashboardForm):
    """What is filled in to change a trial."""

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """The units that it changes besides those of the trial's model."""
        return ()

    def take_refusal(self, refusal: RuleBroken) -> None:
        """Say why it could not be done."""
        self.form_errors.append(str(refusal))


class DaysForm(ActForm):
    """From which day to which."""

    starts_on = NamedDay(_l("Första dagen"))
    ends_on = NamedDay(_l("Sista dagen"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """The last day is no earlier than the first."""
        if not super().validate(extra_validators):
            return False
        first_on, last_on = self.days()
        if last_on < first_on:
            self.ends_on.errors = [_("Sista dagen är före den första.")]
        return last_on >= first_on

    def days(self) -> tuple[date, date]:
        """The first and the last, once the form is valid."""
        return filled(self.starts_on.data), filled(self.ends_on.data)


class OffersUnits(ActForm):
    """A form with a field `unit`, to choose one of those that are free."""

    unit: RadioField

    def offer(self, units: Sequence[DeviceUnit]) -> None:
        """Let these units be chosen."""
        self.unit.choices = _named(units)

    def take_refusal(self, refusal: RuleBroken) -> None:
        """Where the unit is taken, say so beside it, and offer what is free instead."""
        if isinstance(refusal, UnitTaken):
            self.unit.errors = [str(refusal)]
            self.offer(refusal.free)
        else:
            super().take_refusal(refusal)


class ReserveForm(DaysForm, OffersUnits):
    """Which days, and which unit: one of those that are free, or whichever has rested longest."""

    unit = RadioField(_l("Enhet"), coerce=row_number, default=ANY_UNIT, validate_choice=False)

    @classmethod
    def suggesting(cls, trial: Trial, today: date) -> "ReserveForm":
        """The form as it is first shown: from the next working day, as long as the model is usually lent."""
        starts_on = next_working_day(today)
        return cls(data={"starts_on": starts_on, "ends_on": starts_on + timedelta(days=trial.model.usual_days - 1)})

    def offer(self, units: Sequence[DeviceUnit]) -> None:
        """Let these units be chosen, or any of them."""
        super().offer(units)
        if units:
            self.unit.choices = [SelectChoice(ANY_UNIT, _("Den som har vilat längst")), *_named(units)]


class ChangeDaysForm(DaysForm):
    """Other days, and why."""

    why = TextLine(_l("Varför?"), [Length(max=LONGEST_WHY)])


class ExtendForm(ActForm):
    """A later last day, and why."""

    ends_on = NamedDay(_l("Ny sista dag"))
    why = TextLine(_l("Varför?"), [DataRequired(_l("Skriv varför provperioden förlängs.")), Length(max=LONGEST_WHY)])

    @classmethod
    def suggesting(cls, trial: Trial, today: date) -> "ExtendForm":
        """The form as it is first shown: a week more, from today where the last day has passed."""
        return cls(data={"ends_on": max(trial.ends_on or today, today) + A_WEEK})

    def last_on(self) -> date:
        """The day that was chosen, once the form is valid."""
        return filled(self.ends_on.data)


class UnitForm(OffersUnits):
    """Another unit for the same days."""

    unit = RadioField(_l("Enhet"), [InputRequired(_l("Välj en enhet."))], coerce=row_number, validate_choice=False)


class WhyForm(ActForm):
    """Why something is done; nobody has to say."""

    why = TextLine(_l("Varför?"), [Length(max=LONGEST_WHY)])


class MoneyForm(ActForm):
    """What is paid and agreed. Nothing is invoiced by it."""

    deposit = Kronor(_l("Deposition i kronor"), [Optional()], render_kw=DIGITS)
    deposit_in_on = Day(_l("Depositionen betald"), [Optional(), _in_our_time])
    deposit_out_on = Day(_l("Depositionen återbetald"), [Optional(), _in_our_time])
    price = Kronor(_l("Avtalat pris i kronor"), [Optional()], render_kw=DIGITS)
    commission_note = TextLine(_l("Anteckning om provision"), [Length(max=LONGEST_WHY)])

    def amounts(self) -> dict[str, Any]:
        """What was filled in, an empty amount being none."""
        return {
            "deposit_ore": self.deposit.data or 0,
            "deposit_in_on": self.deposit_in_on.data,
            "deposit_out_on": self.deposit_out_on.data,
            "price_ore": self.price.data or 0,
            "commission_note": self.commission_note.data or None,
        }

    @classmethod
    def showing(cls, trial: Trial) -> "MoneyForm":
        """The form with what is kept of the trial, until something is typed."""
        return cls(
            data={
                "deposit": trial.deposit_ore,
                "deposit_in_on": trial.deposit_in_on,
                "deposit_out_on": trial.deposit_out_on,
                "price": trial.price_ore,
                "commission_note": trial.commission_note,
            }
        )
