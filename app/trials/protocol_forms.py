"""What is filled in when a unit changes hands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from app.core.clock import now
from app.core.errors import RuleBroken
from app.core.forms import Kronor, SelectChoice, TextBlock, TextLine, TicksField
from app.core.labels import choices, name_here
from app.core.language import local_day
from app.core.routes import row_number
from app.trials.desk_forms import ActForm, NamedDay, OffersUnits, filled
from app.trials.handing_over import accessories_to_tick, units_here
from app.trials.models import Trial
from app.trials.photo_forms import PhotosField
from app.trials.protocols import Look, ProtocolKind
from app.trials.rating_forms import BaselineForm, baseline_form

LONGEST_CONDITION = 2000
LONGEST_WHY = 300
"""What the history of a unit holds."""


class PhotoForm(ActForm):
    """A day and photos of what happened then. Browsers do not keep photos when a form is shown again."""

    day_on = NamedDay(_l("Dag"))
    photos = PhotosField(_l("Bilder"))

    @property
    def on(self) -> date:
        """The day, once the form is valid."""
        return filled(self.day_on.data)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Where something else is wrong, the photos have to be chosen again."""
        is_valid: bool = super().validate(extra_validators)
        if not is_valid:
            self.photos.ask_again()
        return is_valid

    def take_refusal(self, refusal: RuleBroken) -> None:
        super().take_refusal(refusal)
        self.photos.ask_again()


class ProtocolForm(PhotoForm):
    """How the unit is, where, on which day, and what came with it."""

    place = TextLine(_l("Plats"), [Length(max=120)])
    present = TicksField(_l("Tillbehör som är med"), coerce=int)
    condition = TextBlock(_l("Skick"), [Length(max=LONGEST_CONDITION)])

    def list_accessories(self, trial: Trial, kind: ProtocolKind) -> None:
        """Let the unit's accessories be ticked one by one; without any, nothing is asked."""
        things = accessories_to_tick(trial, kind)
        self.present.choices = [SelectChoice(thing.id, name_here(thing)) for thing in things]
        if not things:
            del self.present

    def written(self) -> dict[str, Any]:
        """What the protocol holds."""
        return {
            "day_on": self.on,
            "place": self.place.data or "",
            "condition": self.condition.data or "",
            "present": self.present.data if "present" in self else (),
        }


class HandOverForm(ProtocolForm, OffersUnits):
    """The unit goes to whoever borrows it."""

    unit = RadioField(_l("Enhet"), [InputRequired(_l("Välj en enhet."))], coerce=row_number, validate_choice=False)
    deposit = Kronor(_l("Deposition i kronor"), [Optional()])
    is_deposit_paid = BooleanField(_l("Depositionen är betald"))
    baseline: BaselineForm

    @classmethod
    def for_trial(cls, trial: Trial, today: date) -> "HandOverForm":
        """The form as it is first shown: today, with the unit that was kept."""
        deposit = trial.deposit_ore or trial.model.deposit_ore
        form = cls(data={"day_on": today, "unit": trial.unit_id, "deposit": deposit})
        form.offer(units_here(trial))
        form.list_accessories(trial, ProtocolKind.HAND_OVER)
        form.baseline = baseline_form(trial, request.form)
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """How it is at the beginning stands in a form of its own, on the same page."""
        is_started = self.baseline.validate()
        if not super().validate(extra_validators):
            return False
        if self.is_deposit_paid.data and not self.deposit.data:
            self.deposit.errors = [_("Skriv hur mycket som är betalt.")]
        if self.deposit.errors or not is_started:
            self.photos.ask_again()
        return is_started and not self.deposit.errors


class TakeBackForm(ProtocolForm):
    """The unit is with us again."""

    is_deposit_back = BooleanField(_l("Depositionen är återbetald"))
    check = RadioField(_l("Är den kontrollerad?"), choices=lambda: choices(Look), coerce=Look, default=Look.LATER)
    why = TextLine(_l("Vad ska göras med den?"), [Length(max=LONGEST_WHY)])

    @classmethod
    def for_trial(cls, trial: Trial, today: date) -> "TakeBackForm":
        """The form as it is first shown: today."""
        form = cls(data={"day_on": today})
        form.list_accessories(trial, ProtocolKind.RETURN)
        if trial.deposit_in_on is None or trial.deposit_out_on is not None:
            del form.is_deposit_back
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """What needs service needs it for something."""
        if not super().validate(extra_validators):
            return False
        if self.check.data is Look.SERVICE and not self.why.data:
            self.why.errors = [_("Skriv vad som ska göras med enheten.")]
            self.photos.ask_again()
        return not self.why.errors


class PaperForm(PhotoForm):
    """An agreement that somebody has signed on paper."""

    name = TextLine(_l("Namn på papperet"), [InputRequired(_l("Skriv namnet som står på papperet.")), Length(max=120)])
    day_on = NamedDay(_l("Undertecknat"))

    @classmethod
    def for_trial(cls, trial: Trial, today: date) -> "PaperForm":
        """The form as it is first shown: signed today by whoever borrows."""
        return cls(data={"name": trial.borrower_name, "day_on": today})

    def validate_photos(self, field: PhotosField) -> None:
        """The photo is what proves it."""
        if not field.pictures and not field.errors:
            raise ValidationError(_l("Välj ett foto av det underskrivna avtalet."))

    def validate_day_on(self, field: Field) -> None:
        """Nobody has signed tomorrow."""
        if field.data and field.data > local_day(now()):
            raise ValidationError(_l("Dagen har inte varit än. Välj i dag eller en tidigare dag."))
