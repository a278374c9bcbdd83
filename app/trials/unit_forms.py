"""Input about a unit."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.articles.reading import Unreadable, decoded
from app.core.forms import DashboardForm, Day, Kronor, SelectChoice, Storable, TextLine
from app.core.routes import row_number
from app.core.words import composed
from app.trials.model_queries import every_model
from app.trials.unit_services import LONGEST_NOTE, UnitFacts, fault_of_serial
from app.trials.units import DeviceUnit

LONGEST_LIST = 150_000
TOO_LONG = _l("Listan är för lång. Dela upp den.")


class Serial:
    """Refuses what cannot be the serial number of a unit."""

    def __call__(self, form: Any, field: Any) -> None:
        fault = fault_of_serial(field.data or "")
        if fault:
            raise ValidationError(fault)


class UnitForm(DashboardForm):
    """A unit."""

    serial = TextLine(
        _l("Serienummer"),
        [DataRequired(_l("Skriv serienumret, som det står på enheten.")), Serial()],
        description=_l("Som det står på enheten, till exempel BM-104."),
    )
    model = SelectField(_l("Modell"), [InputRequired(_l("Välj en modell."))], coerce=row_number)
    value_ore = Kronor(_l("Värde i kronor"), [Optional()], description=_l("Tomt är det som modellen är värd."))
    acquired_on = Day(_l("Inköpt"), [Optional()], description=_l("Tomt om du inte vet."))
    note = TextLine(
        _l("Anteckning"),
        [Length(max=LONGEST_NOTE)],
        description=_l("Bara om enheten, till exempel en repa. Inget om den som lånar."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.models = {model.id: model for model in every_model()}
        self.model.choices = [SelectChoice(str(model.id), model.name) for model in self.models.values()]

    @classmethod
    def showing(cls, unit: DeviceUnit) -> "UnitForm":
        """The form as it is first shown."""
        said = {name: getattr(unit, name) for name in ("serial", "value_ore", "acquired_on", "note")}
        return cls(formdata=None, data={**said, "model": unit.model_id})

    def unit_facts(self) -> UnitFacts:
        """What was filled in."""
        return UnitFacts(
            self.serial.data or "",
            self.models[self.model.data],
            self.value_ore.data,
            self.acquired_on.data,
            self.note.data or "",
        )


class WhyForm(DashboardForm):
    """Why a unit is taken out of use."""

    why = TextLine(
        _l("Vad som ska göras"),
        [DataRequired(_l("Skriv vad som ska göras, så vet alla varför den är borta.")), Length(max=LONGEST_NOTE)],
        description=_l("Till exempel: nytt batteri. Inget om den som lånat."),
    )


def _as_lines(text: str | None) -> str | None:
    """One kind of line break and composed letters (NFC); blanks stay, since a line may begin with an empty cell."""
    return text and composed("\n".join(text.splitlines()))


class UnitListForm(DashboardForm):
    """A list of units, pasted or from a file; `text` holds either once the form is valid."""

    text = TextAreaField(
        _l("Listan"),
        [Storable(), Length(max=LONGEST_LIST, message=TOO_LONG)],
        filters=(_as_lines,),
        description=_l(
            "En enhet på varje rad: serienummer, modell, värde, inköpt, anteckning. "
            "Klistra in från ett kalkylark, eller skriv komma eller semikolon emellan."
        ),
    )
    file = FileField(_l("Eller en fil"), description=_l("CSV eller TSV, till exempel sparad från ett kalkylark."))

    def validate_file(self, field: FileField) -> None:
        """Read the file into the text, so that what is wrong can be put right there."""
        if not field.data:
            return
        if self.text.data:
            raise ValidationError(_l("Här finns både en text och en fil. Töm textrutan om det är filen som gäller."))
        try:
            text = decoded(field.data.read())
        except Unreadable as refusal:
            raise ValidationError(refusal.sentence) from None
        if len(text) > LONGEST_LIST:
            raise ValidationError(TOO_LONG)
        self.text.data = _as_lines(text)
