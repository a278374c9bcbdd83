from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.accounts.models import Role, TaskReminder, Theme
from app.accounts.passwords import LONGEST, why_refused
from app.core.forms import LANGUAGE_CHOICES, ClockTime, DashboardForm, MailAddress, SelectChoice, TextLine
from app.core.labels import choices
from app.settings.queries import the_business

NAME_NEEDED = _l("Skriv ditt namn.")
EMAIL_NEEDED = _l("Skriv en e-postadress.")
PASSWORD_NEEDED = _l("Skriv ett lösenord.")
PASSWORD_HELP = _l("Minst 10 tecken. Tre ord i rad är lätt att minnas och svårt att gissa.")


ROLES = [
    SelectChoice(Role.STAFF.value, _l("Medarbetare: allt utom inställningar och användare")),
    SelectChoice(Role.OWNER.value, _l("Ägare: allt")),
    SelectChoice(Role.READER.value, _l("Läsare: ser allt men ändrar inget, till exempel en revisor eller praktikant")),
]


def new_password(words: str = _l("Lösenord")) -> PasswordField:
    """Where a password is chosen. Named last in a form with other fields: its errors are told in that order."""
    return PasswordField(words, [InputRequired(PASSWORD_NEEDED)], description=PASSWORD_HELP)


class NewPasswordForm(DashboardForm):
    """A password to be chosen. `personal` is what must not be in it: names and addresses that others know."""

    personal: Iterable[str] = ()
    password = new_password()

    def validate_password(self, field: PasswordField) -> None:
        sentence = why_refused(field.data or "", [*self.personal, the_business().name, "ledtrad"])
        if sentence:
            raise ValidationError(sentence)


class SignInForm(DashboardForm):
    email = TextLine(_l("E-post"), [DataRequired(EMAIL_NEEDED), Length(max=254)])
    password = PasswordField(_l("Lösenord"), [InputRequired(PASSWORD_NEEDED)])
    next = HiddenField()
    unsent = HiddenField()


class SignInByLinkForm(DashboardForm):
    """A button."""


class FirstOwnerForm(NewPasswordForm):
    name = TextLine(_l("Ditt namn"), [DataRequired(NAME_NEEDED), Length(max=120)])
    email = TextLine(_l("E-post"), [DataRequired(EMAIL_NEEDED), Length(max=254), MailAddress()])
    password = new_password()

    def validate_password(self, field: PasswordField) -> None:
        self.personal = (self.name.data or "", self.email.data or "")
        super().validate_password(field)


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Nuvarande lösenord"), [InputRequired(_l("Skriv det lösenord du har nu.")), Length(max=LONGEST)]
    )
    password = new_password(_l("Nytt lösenord"))


class InviteForm(DashboardForm):
    name = TextLine(
        _l("Namn"),
        [DataRequired(_l("Skriv personens namn.")), Length(max=120)],
        description=_l("Så som ni andra och besökarna ser det, till exempel Sixten Alm."),
    )
    email = TextLine(
        _l("E-post"),
        [DataRequired(EMAIL_NEEDED), Length(max=254), MailAddress()],
        description=_l("Den som personen loggar in med. Inget skickas dit nu: länken ger du själv."),
    )
    role = RadioField(
        _l("Roll"),
        [InputRequired()],
        choices=ROLES,
        coerce=Role,
        default=Role.STAFF,
        description=_l("Går att ändra när som helst."),
    )


class RoleForm(DashboardForm):
    """What somebody who is here already may do."""

    role = RadioField(_l("Roll"), [InputRequired()], choices=ROLES, coerce=Role)


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


class NoticesForm(DashboardForm):
    """What a user is told of by mail, and when they are left alone."""

    wants_enquiry_notices = BooleanField(
        _l("När en förfrågan eller en bokning kommer in, och när det är dags att svara")
    )
    task_reminder = RadioField(
        _l("Påminn mig om mina uppgifter"),
        [InputRequired()],
        coerce=TaskReminder,
        choices=lambda: choices(TaskReminder),
        description=_l("En uppgift utan klockslag påminns om samma morgon kl. 07.00, i dagens läge om du får det."),
    )
    wants_digest = BooleanField(
        _l("Dagens läge, varje morgon kl. 07.00"),
        description=_l("Att svara, att göra, försenat och utan nästa steg. Kommer bara när det finns något att säga."),
    )
    wants_weekly_summary = BooleanField(
        _l("Veckan som gick, måndagar kl. 07.00"),
        description=_l("Förfrågningar, svar i tid, vunna och förlorade affärer."),
    )
    wants_heartbeat = BooleanField(
        _l("Ett livstecken på måndagen även när inget har hänt"),
        description=_l("Så att tystnad betyder lugn, och inte att något har stannat."),
    )
    quiet_from = ClockTime(_l("Från"), [Optional()], description=_l("Till exempel 20.00."))
    quiet_until = ClockTime(
        _l("Till"), [Optional()], description=_l("Till exempel 07.00. Lämna båda tomma för att få allt genast.")
    )

    def validate_quiet_from(self, field: ClockTime) -> None:
        if field.data is not None and field.data == self.quiet_until.data:
            raise ValidationError(_l("Välj två olika klockslag, eller lämna båda tomma."))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Quiet hours have both ends. Asked here, since an empty field that may be empty is not asked itself."""
        is_valid: bool = super().validate(extra_validators)
        for field, other in ((self.quiet_from, self.quiet_until), (self.quiet_until, self.quiet_from)):
            if field.data is None and other.data is not None and not field.errors:
                field.errors = [_("Skriv båda klockslagen, eller inget av dem.")]
                is_valid = False
        return is_valid
