"""What is filled in about how a trial ends: what was said, how the unit was, what was bought or why it was not."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.forms import Kronor, SelectChoice, TextBlock, TextLine
from app.core.labels import choices, name_here
from app.leads.models import LostReason
from app.trials.desk_forms import DIGITS, LONGEST_WHY, ActForm, NamedDay, filled
from app.trials.ending import Sale
from app.trials.models import Decision, Trial
from app.trials.queries import unit_called
from app.trials.units import DeviceUnit


class MustSayWhyForm(ActForm):
    """Why something is done."""

    why = TextBlock(_l("Vad har hänt?"), [DataRequired(_l("Skriv vad som har hänt.")), Length(max=LONGEST_WHY)])


class CheckForm(ActForm):
    """How the unit was when it had been looked over."""

    needs_service = BooleanField(_l("Den behöver service innan den lånas ut igen"))
    why = TextLine(_l("Vad är det med den?"), [Length(max=300)])


class DecisionForm(ActForm):
    """What they have said will become of it."""

    decision = RadioField(
        _l("Vad har de sagt?"),
        [InputRequired(_l("Välj vad det blir."))],
        choices=lambda: choices(Decision),
        coerce=Decision,
    )


class BuyForm(ActForm):
    """A sale."""

    sold_on = NamedDay(_l("Såld"))
    price = Kronor(_l("Pris i kronor"), [InputRequired(_l("Skriv vad den såldes för."))], render_kw=DIGITS)
    commission_note = TextLine(_l("Anteckning om provision"), [Length(max=LONGEST_WHY)])

    @classmethod
    def suggesting(cls, trial: Trial, today: date) -> "BuyForm":
        """The form as it is first shown: sold today, for what was agreed or for what the model costs."""
        price = trial.price_ore or trial.model.price_ore
        return cls(data={"sold_on": today, "price": price, "commission_note": trial.commission_note})

    def sale(self) -> Sale:
        """What was agreed, once the form is valid."""
        return Sale(filled(self.sold_on.data), filled(self.price.data), self.commission_note.data or None)


class BuyNewForm(BuyForm):
    """A sale of another unit than the one that was lent."""

    new_serial = TextLine(_l("Den nya enhetens nummer"), [Length(max=40)])

    def validate_new_serial(self, field: Any) -> None:
        """A number that is filled in is one that we have."""
        if field.data and not field.errors and self.new_unit is None:
            raise ValidationError(
                _l("Det finns ingen enhet med det numret. Lägg till den först, eller lämna fältet tomt.")
            )

    @property
    def unit_ids(self) -> tuple[int, ...]:
        return (self.new_unit.id,) if self.new_unit else ()

    @property
    def new_unit(self) -> DeviceUnit | None:
        """The unit of that number."""
        return unit_called(self.new_serial.data) if self.new_serial.data else None


class NotBuyForm(ActForm):
    """Why it is not bought."""

    lost_reason = RadioField(_l("Anledning"), [InputRequired(_l("Välj en anledning."))], coerce=int)

    @classmethod
    def offering(cls, reasons: Sequence[LostReason]) -> "NotBuyForm":
        """The form with these reasons to choose from."""
        form = cls()
        form.lost_reason.choices = [SelectChoice(reason.id, name_here(reason)) for reason in reasons]
        return form
