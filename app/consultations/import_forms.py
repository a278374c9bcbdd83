from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Length

from app.core.forms import DashboardForm, TextLine


class CalendarForm(DashboardForm):
    """A calendar kept elsewhere."""

    name = TextLine(
        _l("Vad den ska heta här"),
        [DataRequired(_l("Skriv ett namn, till exempel Jobbet.")), Length(max=80)],
        description=_l("Till exempel Jobbet."),
    )
    address = TextLine(
        _l("Adress"),
        [DataRequired(_l("Klistra in kalenderns adress.")), Length(max=2000)],
        description=_l("Börjar med https:// eller webcal:// och slutar oftast på .ics."),
    )
