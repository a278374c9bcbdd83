"""Input about a model of device, with its accessories."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, IntegerField, RadioField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.consultations.fields import within
from app.consultations.kinds import Audience
from app.core import form_rows
from app.core.forms import DashboardForm, Kronor, TextBlock, TextLine
from app.core.labels import choices
from app.trials.model_services import MOST_ACCESSORIES, Accessory, ModelFacts
from app.trials.units import DeviceModel

NEW_ACCESSORY: dict[str, str] = {"name_sv": "", "name_en": ""}


class AccessoryForm(Form):
    """One thing that belongs to the model."""

    name_sv = TextLine(_l("Tillbehöret"), [DataRequired(_l("Skriv vad det är, eller ta bort raden.")), Length(max=80)])
    name_en = TextLine(
        _l("På engelska"),
        [DataRequired(_l("Skriv det på engelska också: protokollet finns på båda språken.")), Length(max=80)],
    )


class ModelForm(DashboardForm):
    """A model of device."""

    name = TextLine(
        _l("Namn"),
        [DataRequired(_l("Ge modellen ett namn.")), Length(max=80)],
        description=_l("Som tillverkaren kallar den."),
    )
    audience = RadioField(
        _l("Vem provar den?"), choices=lambda: choices(Audience), coerce=Audience, default=Audience.PERSON
    )
    about_sv = TextBlock(
        _l("Beskrivning"),
        [Length(max=600)],
        description=_l("Läses innan man ber att få prova: vad som ingår, och vad det kostar."),
    )
    about_en = TextBlock(
        _l("Beskrivning på engelska"),
        [Length(max=600)],
        description=_l("Lämna tomt för att visa den svenska även där."),
    )
    usual_days = IntegerField(
        _l("En provperiod är så många dagar"),
        [InputRequired(_l("Skriv ett tal.")), within(1, 365)],
        default=21,
        description=_l("Till exempel 28, när inget annat sägs. Första och sista dagen räknas."),
    )
    pause_days = IntegerField(
        _l("Vila mellan två lån, i dagar"),
        [InputRequired(_l("Skriv ett tal.")), within(0, 60)],
        default=1,
        description=_l("För kontroll, rengöring och frakt, till exempel 3. 0 är ingen vila."),
    )
    value_ore = Kronor(
        _l("Värde i kronor"), [Optional()], description=_l("Står i avtalet, om enheten inte har ett eget värde.")
    )
    price_ore = Kronor(_l("Pris i kronor"), [Optional()], description=_l("Till exempel 12 500, för den som köper."))
    deposit_ore = Kronor(
        _l("Deposition i kronor"), [Optional()], description=_l("Till exempel 1 000. Betalas tillbaka. Tomt är ingen.")
    )
    accessories: "FieldList[FormField[AccessoryForm]]" = FieldList(
        FormField(AccessoryForm), max_entries=MOST_ACCESSORIES
    )

    @classmethod
    def showing(cls, model: DeviceModel) -> "ModelForm":
        """The form as it is first shown."""
        return cls(
            formdata=None,
            data={
                **{name: getattr(model, name) for name in _AS_THEY_ARE},
                **{name: getattr(model, name) or None for name in _AMOUNTS},
                "accessories": [{"name_sv": row.name_sv, "name_en": row.name_en} for row in model.accessories],
            },
        )

    def model_facts(self) -> ModelFacts:
        """What was filled in about the model itself."""
        facts: dict[str, Any] = {name: getattr(self, name).data for name in _AS_THEY_ARE}
        facts |= {name: getattr(self, name).data or 0 for name in _AMOUNTS}
        return ModelFacts(**facts)

    def model_accessories(self) -> list[Accessory]:
        """The accessories in their order."""
        rows = [entry.form for entry in self.accessories]
        return [Accessory(row.name_sv.data or "", row.name_en.data or "") for row in rows]


_AS_THEY_ARE = ("name", "audience", "about_sv", "about_en", "usual_days", "pause_days")
"""Columns whose field bears their name and holds their value."""
_AMOUNTS = ("value_ore", "price_ore", "deposit_ore")
"""Columns where nothing said is 0."""


def with_accessories_rearranged(typed: form_rows.Typed, act: str) -> form_rows.Typed:
    """The typed form with its accessories rearranged."""
    return form_rows.rearranged(typed, act, "accessories", NEW_ACCESSORY, MOST_ACCESSORIES)
