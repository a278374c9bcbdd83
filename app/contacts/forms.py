from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the published types lag behind 3.3
from wtforms.validators import DataRequired, Length

from app.contacts.models import ReachBy
from app.core.forms import DashboardForm, TextLine
from app.core.labels import choices
from app.core.language import LANGUAGES
from app.core.mail_addresses import normalised

LANGUAGE_CHOICES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]


def tidy_address(typed: str | None) -> str | None:
    """An address as it is stored; what is none stays as it was typed, to be refused beside its field."""
    return (normalised(typed) or typed) if typed else typed


class PersonForm(DashboardForm):
    """How a person is called and reached. One way to reach them is enough, but there must be one."""

    name = TextLine(_l("Namn"), [DataRequired(_l("Skriv ett namn.")), Length(max=120)])
    phone = TextLine(_l("Telefon"), [Length(max=40)])
    email = TextLine(_l("E-post"), [Length(max=254)])

    def validate_phone(self, field: Field) -> None:
        """Somebody must be reachable."""
        if not field.data and not self.email.data:
            raise ValidationError(_l("Skriv ett telefonnummer eller en e-postadress."))

    def validate_email(self, field: Field) -> None:
        """An address that no mail reaches helps nobody."""
        field.data = tidy_address(field.data)
        if field.data and normalised(field.data) is None:
            raise ValidationError(_l("Det där är ingen e-postadress. Skriv den som namn@exempel.se."))


class ContactForm(PersonForm):
    """Everything about a contact that is changed by hand."""

    reach_by = RadioField(_l("Vill helst nås"), choices=lambda: choices(ReachBy), coerce=ReachBy, default=ReachBy.ANY)
    language = SelectField(_l("Språk i mejl"), choices=LANGUAGE_CHOICES)
