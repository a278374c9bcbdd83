"""Input about how far we go, and for how long."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField

from app.consultations.fields import Minutes, Postcode
from app.consultations.kinds import EVERY_DAY, TravelBand
from app.consultations.offering import MOST_BANDS, Band
from app.core import form_rows
from app.core.filters import day_name
from app.core.forms import DashboardForm, SelectChoice, TicksField

NEW_BAND = {"postcode_from": "", "postcode_until": "", "travel_minutes": "30"}


class BandForm(Form):
    """One row of the table of travel."""

    postcode_from = Postcode(_l("Postnummer"))
    postcode_until = Postcode(_l("Till och med"))
    travel_minutes = Minutes(_l("Minuter dit"), 0, 480, default=30)
    weekdays = TicksField(_l("Dagar"), choices=lambda: [SelectChoice(day, day_name(int(day))) for day in EVERY_DAY])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """The last postcode is no lower than the first, and there is a day to go on."""
        is_valid: bool = super().validate(extra_validators)
        first, last = self.postcode_from.data or "", self.postcode_until.data or ""
        if is_valid and last < first:
            self.postcode_until.errors = [_("Det sista postnumret är lägre än det första. Byt plats på dem.")]
            is_valid = False
        if not self.weekdays.data:
            self.weekdays.errors = [_("Välj minst en dag, eller ta bort raden.")]
            is_valid = False
        return is_valid

    def band(self) -> Band:
        """What was filled in."""
        return Band(
            self.postcode_from.data or "",
            self.postcode_until.data or "",
            self.travel_minutes.data or 0,
            "".join(self.weekdays.data or ()),
        )


class TravelForm(DashboardForm):
    """The table of travel."""

    bands: "FieldList[FormField[BandForm]]" = FieldList(FormField(BandForm), max_entries=MOST_BANDS)

    @classmethod
    def showing(cls, bands: Sequence[TravelBand]) -> "TravelForm":
        """The form as it is first shown."""
        return cls(
            formdata=None,
            data={
                "bands": [
                    {
                        "postcode_from": band.postcode_from,
                        "postcode_until": band.postcode_until,
                        "travel_minutes": band.travel_minutes,
                        "weekdays": list(band.weekdays),
                    }
                    for band in bands
                ]
            },
        )

    def travel_bands(self) -> list[Band]:
        """The rows in their order."""
        return [entry.form.band() for entry in self.bands]


def with_bands_rearranged(typed: form_rows.Typed, act: str) -> form_rows.Typed:
    """The typed form with a row of travel added, to be gone every day, or taken away."""
    before = len(form_rows.taken_apart(typed, "bands")[1])
    after = form_rows.rearranged(typed, act, "bands", NEW_BAND, MOST_BANDS)
    if act == "add" and before < MOST_BANDS:
        after.setlist(f"bands-{before}-weekdays", list(EVERY_DAY))
    return after
