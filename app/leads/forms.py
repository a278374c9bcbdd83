from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Length

from app.core.forms import DashboardForm, TextBlock

LONGEST_NOTE = 5000
NOTE_NEEDED = _l("Skriv något i anteckningen först.")


class NoteForm(DashboardForm):
    """A note on the timeline."""

    note = TextBlock(_l("Anteckning"), [DataRequired(NOTE_NEEDED), Length(max=LONGEST_NOTE)], id="note-text")
