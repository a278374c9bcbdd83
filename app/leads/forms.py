from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import DataRequired, Length, Optional

from app.contacts.models import SubjectKind
from app.core.forms import DashboardForm, Day, Kronor, TextBlock, TextLine
from app.core.labels import choices
from app.leads.resting import RestPreset, rest_day

LONGEST_NOTE = 5000
NOTE_NEEDED = _l("Skriv något i anteckningen först.")


class NoteForm(DashboardForm):
    """A note on the timeline."""

    note = TextBlock(_l("Anteckning"), [DataRequired(NOTE_NEEDED), Length(max=LONGEST_NOTE)], id="note-text")


class ValueForm(DashboardForm):
    """What a lead is worth; empty where nobody knows."""

    value = Kronor(_l("Värde i kronor"), [Optional()])


class RestForm(DashboardForm):
    """How long a lead rests: one of the usual lengths, or until a day of one's own."""

    rest = RadioField(
        _l("Hur länge?"), choices=lambda: choices(RestPreset), coerce=RestPreset, default=RestPreset.QUARTER
    )
    until = Day(_l("Kommer tillbaka"), [Optional()])
    why = TextLine(_l("Varför?"), [Length(max=300)], id="rest-why")

    def comes_back_on(self, today: date) -> date | None:
        """The day that was chosen; None where a day of one's own was not named."""
        if self.rest.data is RestPreset.OTHER:
            return self.until.data
        return rest_day(self.rest.data, today)


class AboutForm(DashboardForm):
    """Whom a lead is about."""

    kind = RadioField(_l("Vem gäller det?"), choices=lambda: choices(SubjectKind), coerce=SubjectKind)
    subject = TextLine(_l("Hästens eller den anhörigas namn"), [Length(max=120)])
