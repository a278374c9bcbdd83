"""What every form asks that visitors say who they are in: its fields, and the rules for them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, ValidationError

from app.consultations.kinds import Audience
from app.consultations.visitors import is_for
from app.contacts.models import SubjectKind
from app.core.forms import PublicForm, TextLine
from app.core.mail_addresses import normalised
from app.core.phones import to_e164
from app.enquiries.forms import SUBJECTS, AtMost, Filled, OneOf, Readable, TrappedField
from app.enquiries.services import LONGEST_NAME


class VisitorForm(PublicForm):
    """What each such form carries. Of the fields here below it may have any; the rules hold for those that it has."""

    website = TrappedField()
    token = HiddenField()

    email_address: str | None = None
    """The address as it is stored, once the form has been validated."""

    @property
    def takes_either(self) -> bool:
        """Whether a phone number or an address is enough."""
        return True

    def validate_phone(self, field: Field) -> None:
        if field.data and to_e164(field.data) is None:
            raise ValidationError(_l("Det här ser inte ut som ett telefonnummer. Så här kan ett se ut: 070-174 06 05."))

    def validate_email(self, field: Field) -> None:
        self.email_address = normalised(field.data) if field.data else None
        if field.data and self.email_address is None:
            raise ValidationError(_l("Det här ser inte ut som en e-postadress. Så här kan en se ut: namn@example.se."))
        if not field.data and not self.word("phone") and self.takes_either:
            raise ValidationError(_l("Skriv din e-postadress eller ditt telefonnummer, så att vi kan nå dig."))
        if not field.data and self.word("tips"):
            raise ValidationError(_l("Skriv din e-postadress om du vill ha tips."))

    def validate_consent(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("Kryssa i rutan. Utan ditt samtycke får vi inte spara det du skriver."))

    def word(self, name: str) -> str | None:
        """What was filled in; None where nothing was, or it is not asked."""
        return (self[name].data or None) if name in self else None


def subject_fields(audience: Audience) -> dict[str, Any]:
    """Whom it is about, of those that it is for; where it can only be a horse, the horse's name."""
    if audience is Audience.HORSE:
        asks = (Filled(_l("Skriv hästens namn.")), AtMost(LONGEST_NAME), Readable())
        return {"subject_name": TextLine(_l("Hästens namn"), asks)}
    offered = [(subject, words) for subject, words in SUBJECTS if is_for(audience, subject)]
    name = _l("Den anhörigas namn") if audience is Audience.PERSON else _l("Den anhörigas eller hästens namn")
    return {
        "subject_kind": OneOf(_l("Vem gäller det?"), options=offered, default=SubjectKind.SELF),
        "subject_name": TextLine(name, (AtMost(LONGEST_NAME), Readable())),
    }


def person_fields() -> dict[str, Any]:
    """Who they are, and how they are reached."""
    return {
        "name": TextLine(_l("Ditt namn"), (Filled(_l("Skriv ditt namn.")), AtMost(LONGEST_NAME), Readable())),
        "phone": phone_field(),
        "email": email_field(),
    }


def phone_field() -> TextLine:
    """Where they are called."""
    return TextLine(_l("Telefon"), (AtMost(40), Readable()))


def email_field() -> TextLine:
    """Where mail goes."""
    return TextLine(_l("E-post"), (AtMost(254),))


def address_fields(audience: Audience) -> dict[str, Any]:
    """Where we come to, or send something."""
    street = _l("Stallets adress") if audience is Audience.HORSE else _l("Gata och nummer")
    return {
        "street_address": TextLine(street, (Filled(_l("Skriv adressen, så att vi hittar.")), AtMost(200), Readable())),
        "postcode": TextLine(_l("Postnummer"), (Filled(_l("Skriv postnumret.")), AtMost(12), Readable())),
        "city": TextLine(_l("Ort"), (Filled(_l("Skriv orten.")), AtMost(80), Readable())),
    }


def consent_field() -> BooleanField:
    """That we keep what they write; without it we may not."""
    return BooleanField(_l("Samtycke"))


def tips_field() -> BooleanField:
    """That they want tips."""
    return BooleanField(_l("Tips med e-post"))
