from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired

from app.core.forms import DashboardForm, SelectChoice, TextLine

MINE, SHARED = "mine", "shared"


class ViewForm(DashboardForm):
    """What a view is called, and who sees it. Its rules are in the services."""

    name = TextLine(_l("Vad ska vyn heta?"), (DataRequired(_l("Skriv vad vyn ska heta.")),))
    who = RadioField(
        _l("Vem ser den?"),
        choices=(SelectChoice(MINE, _l("Bara jag")), SelectChoice(SHARED, _l("Alla här"))),
        default=MINE,
    )


class NewViewForm(ViewForm):
    """The same with what is asked, which the list's page sends along."""

    asked = HiddenField()


class TagForm(DashboardForm):
    """Another name for a tag. Its rules are with the tags."""

    name = TextLine(_l("Namn"), (DataRequired(_l("Skriv vad taggen ska heta.")),))
