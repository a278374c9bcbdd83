"""Fields that several forms of this room share."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from app.core.forms import TextLine


class InFives:
    """Refuses what is no multiple of five minutes."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None and field.data % 5:
            raise ValidationError(_l("Skriv jämna femtal, till exempel 30 eller 45."))


class OnFullFives:
    """Refuses a time of day that is not on full five minutes. Starts follow from it, and hosts are taken in fives."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None and field.data.minute % 5:
            raise ValidationError(_l("Skriv ett klockslag på jämna fem minuter, till exempel 09.05."))


def within(least: int, most: int) -> NumberRange:
    """Refuses a number outside these two."""
    return NumberRange(least, most, _l("Skriv ett tal från %(min)s till %(max)s."))


class Minutes(IntegerField):
    """A number of minutes, in fives."""

    def __init__(self, label: Any, least: int, most: int, **options: Any) -> None:
        checks = [InputRequired(_l("Skriv hur många minuter.")), within(least, most), InFives()]
        super().__init__(label, checks, **options)


class Postcode(TextLine):
    """A Swedish postcode: kept as five digits, shown as it is written."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, [DataRequired(_l("Skriv ett postnummer."))], **options)

    def pre_validate(self, form: Any) -> None:
        self.data = re.sub(r"\s", "", self.data or "")
        if self.data and not re.fullmatch(r"[0-9]{5}", self.data):
            raise ValidationError(_l("Skriv fem siffror, till exempel 123 45."))
