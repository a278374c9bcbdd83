"""What borrowers send from their own page."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from app.core.forms import PublicForm, TextLine
from app.enquiries.forms import AtMost, Filled, Readable
from app.enquiries.services import LONGEST_NAME


class AgreeForm(PublicForm):
    """A yes to one version of the agreement."""

    version = HiddenField()
    name = TextLine(_l("Ditt namn"), (Filled(_l("Skriv ditt namn.")), AtMost(LONGEST_NAME), Readable()))
    agrees = BooleanField(
        _l("Jag har läst och godkänner"), (Filled(_l("Kryssa i rutan när du har läst avtalet och godkänner det.")),)
    )
