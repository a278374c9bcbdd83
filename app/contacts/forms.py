from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, Length

from app.contacts.models import ReachBy
from app.core.edit_forms import EditForm
from app.core.forms import LANGUAGE_CHOICES, DashboardForm, MailAddress, TextBlock, TextLine
from app.core.labels import choices
from app.core.mail_addresses import normalised

LONGEST_SAID = 500
"""Letters in a note of what somebody said yes to."""


class PersonForm(DashboardForm):
    """How a person is called and reached. One way to reach them is enough, but there must be one."""

    name = TextLine(_l("Namn"), [DataRequired(_l("Skriv ett namn.")), Length(max=120)])
    phone = TextLine(_l("Telefon"), [Length(max=40)])
    email = TextLine(_l("E-post"), [Length(max=254), MailAddress()])

    def validate_phone(self, field: Field) -> None:
        """Somebody must be reachable."""
        if not field.data and not self.email.data:
            raise ValidationError(_l("Skriv ett telefonnummer eller en e-postadress."))

    def validate_email(self, field: Field) -> None:
        """The address as it is stored; what is none stays as it was typed, refused beside its field."""
        field.data = normalised(field.data or "") or field.data


class TipsForm(DashboardForm):
    """A yes to tips by word of mouth, and what proves it."""

    said = TextBlock(
        _l("Vad sa kontakten ja till, och när?"),
        [DataRequired(_l("Skriv vad kontakten sa ja till, och när.")), Length(max=LONGEST_SAID)],
    )


class ContactForm(EditForm, PersonForm):
    """Everything about a contact that is changed by hand."""

    reach_by = RadioField(_l("Vill helst nås"), choices=lambda: choices(ReachBy), coerce=ReachBy, default=ReachBy.ANY)
    language = SelectField(_l("Språk i mejl"), choices=LANGUAGE_CHOICES)
