"""What is asked when a lead is moved by hand: the fields that its new stage wants, and no others."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import Length

from app.accounts.models import User
from app.core.forms import Kronor, MailAddress, SelectChoice, TextLine
from app.core.labels import name_here
from app.core.mail_addresses import normalised
from app.leads.forms import RestForm
from app.leads.models import LostReason
from app.leads.moving import AlwaysAsked, Wanted
from app.leads.stages import RequiredFact

NOT_CHOSEN = 0

_FIELDS: dict[Wanted, tuple[str, ...]] = {
    AlwaysAsked.LOST_REASON: ("lost_reason",),
    AlwaysAsked.REST_DAY: ("rest", "until"),
    RequiredFact.VALUE: ("value",),
    RequiredFact.PHONE: ("phone",),
    RequiredFact.EMAIL: ("email",),
    RequiredFact.OWNER: ("owner",),
}
"""The fields of each fact. Why may always be told, and the next step has a form of its own."""


class EnterForm(RestForm):
    """What a stage wants to know of a lead that comes there."""

    lost_reason = SelectField(
        _l("Anledning till att affären är förlorad"), coerce=int, default=NOT_CHOSEN, id="enter-reason"
    )
    value = Kronor(
        _l("Värde i kronor"), id="enter-value", description=_l("Vad affären kan bli värd, till exempel 12 500.")
    )
    phone = TextLine(_l("Telefon"), [Length(max=40)], id="enter-phone")
    email = TextLine(_l("E-post"), [Length(max=254), MailAddress()], id="enter-email")
    owner = SelectField(_l("Ansvarig"), coerce=int, default=NOT_CHOSEN, id="enter-owner")
    why = TextLine(_l("Varför?"), [Length(max=300)], id="enter-why")

    asked: Sequence[Wanted] = ()
    today = date.min

    @classmethod
    def asking(
        cls,
        asked: Sequence[Wanted],
        reasons: Collection[LostReason],
        users: Collection[User],
        today: date,
        **first: Any,
    ) -> "EnterForm":
        """The form with the fields that are asked for; `first` is what it is shown with, where nothing was sent."""
        form = cls(**first)
        form.asked, form.today = asked, today
        for fact, names in _FIELDS.items():
            for name in names if fact not in asked else ():
                del form[name]
        if AlwaysAsked.LOST_REASON in asked:
            form.lost_reason.choices = [
                SelectChoice(NOT_CHOSEN, _("Välj anledning")),
                *(SelectChoice(reason.id, name_here(reason)) for reason in reasons),
            ]
        if RequiredFact.OWNER in asked:
            form.owner.choices = [
                SelectChoice(NOT_CHOSEN, _("Välj ansvarig")),
                *(SelectChoice(user.id, user.name) for user in users),
            ]
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Everything that is asked must be said, beside what each field refuses itself."""
        is_valid: bool = super().validate(extra_validators)
        wrong = {name: sentence for name, sentence in self._missing().items() if not self[name].errors}
        for name, sentence in wrong.items():
            self[name].errors = [sentence]
        return is_valid and not wrong

    def _missing(self) -> dict[str, str]:
        sentences = {
            AlwaysAsked.LOST_REASON: ("lost_reason", _("Välj en anledning till att affären är förlorad.")),
            RequiredFact.VALUE: ("value", _("Skriv ett belopp i kronor, till exempel 12 500.")),
            RequiredFact.PHONE: ("phone", _("Skriv ett telefonnummer.")),
            RequiredFact.EMAIL: ("email", _("Skriv en e-postadress.")),
            RequiredFact.OWNER: ("owner", _("Välj vem som har hand om affären.")),
            RequiredFact.WHY: ("why", _("Skriv varför affären flyttas.")),
        }
        asked = [sentences[fact] for fact in self.asked if fact in sentences]
        missing = {name: sentence for name, sentence in asked if _is_empty(self[name])}
        if AlwaysAsked.REST_DAY in self.asked:
            day = self.comes_back_on(self.today)
            if day is None or day <= self.today:
                missing["until"] = _("Välj en dag efter i dag som affären ska vila till.")
        return missing

    def validate_email(self, field: Field) -> None:
        """The address as it is stored; what is none stays as it was typed, refused beside its field."""
        field.data = normalised(field.data or "") or field.data


def _is_empty(field: Field) -> bool:
    """Whether nothing was said. A lead may well be worth 0 kronor."""
    return field.data == NOT_CHOSEN if isinstance(field, SelectField) else field.data in (None, "")
