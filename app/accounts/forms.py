from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the published types lag behind 3.3
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts.models import Role, Theme
from app.accounts.passwords import LONGEST, why_refused
from app.core.forms import LANGUAGE_CHOICES, DashboardForm, MailAddress, TextLine
from app.settings.queries import the_business

NAME_NEEDED = _l("Skriv ditt namn.")
EMAIL_NEEDED = _l("Skriv en e-postadress.")
PASSWORD_NEEDED = _l("Skriv ett lösenord.")
PASSWORD_HELP = _l("Minst 10 tecken. Tre ord i rad är lätt att minnas och svårt att gissa.")


class NewPasswordForm(DashboardForm):
    """A password to be chosen. `personal` is what must not be in it: names and addresses that others know."""

    personal: Iterable[str] = ()
    password = PasswordField(_l("Lösenord"), [InputRequired(PASSWORD_NEEDED)], description=PASSWORD_HELP)

    def validate_password(self, field: PasswordField) -> None:
        sentence = why_refused(field.data or "", [*self.personal, the_business().name, "ledtrad"])
        if sentence:
            raise ValidationError(sentence)


class SignInForm(DashboardForm):
    email = TextLine(_l("E-post"), [DataRequired(EMAIL_NEEDED), Length(max=254)])
    password = PasswordField(_l("Lösenord"), [InputRequired(PASSWORD_NEEDED)])
    next = HiddenField()


class SignInByLinkForm(DashboardForm):
    """A button."""


class FirstOwnerForm(NewPasswordForm):
    name = TextLine(_l("Ditt namn"), [DataRequired(NAME_NEEDED), Length(max=120)])
    email = TextLine(_l("E-post"), [DataRequired(EMAIL_NEEDED), Length(max=254), MailAddress()])

    def validate_password(self, field: PasswordField) -> None:
        self.personal = (self.name.data or "", self.email.data or "")
        super().validate_password(field)


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Nuvarande lösenord"), [InputRequired(_l("Skriv det lösenord du har nu.")), Length(max=LONGEST)]
    )


class InviteForm(DashboardForm):
    name = TextLine(_l("Namn"), [DataRequired(_l("Skriv personens namn.")), Length(max=120)])
    email = TextLine(_l("E-post"), [DataRequired(EMAIL_NEEDED), Length(max=254), MailAddress()])
    role = RadioField(
        _l("Roll"),
        [InputRequired()],
        choices=[
            SelectChoice(Role.STAFF.value, _l("Medarbetare: allt utom inställningar och användare")),
            SelectChoice(Role.OWNER.value, _l("Ägare: allt")),
        ],
        default=Role.STAFF.value,
    )


class ProfileForm(DashboardForm):
    name = TextLine(_l("Namn"), [DataRequired(NAME_NEEDED), Length(max=120)])
    language = RadioField(_l("Språk"), [InputRequired()], choices=LANGUAGE_CHOICES)
    theme = RadioField(
        _l("Utseende"),
        [InputRequired()],
        coerce=Theme,
        choices=[
            SelectChoice(Theme.SYSTEM.value, _l("Som enheten")),
            SelectChoice(Theme.LIGHT.value, _l("Ljust")),
            SelectChoice(Theme.DARK.value, _l("Mörkt")),
        ],
    )
    wants_enquiry_notices = BooleanField(
        _l("Mejla mig när en ny förfrågan kommer in"),
        description=_l("Mejlet säger bara att något väntar, aldrig vad någon har skrivit."),
    )
