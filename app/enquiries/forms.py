from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, ValidationError

from app.contacts.models import ReachBy, SubjectKind
from app.core.filters import number
from app.core.forms import PublicForm, SelectChoice, TextBlock, TextLine
from app.core.mail_addresses import normalised
from app.enquiries.models import Wish
from app.enquiries.services import LONGEST_MESSAGE, LONGEST_NAME

_BROKEN_LETTER = "\ufffd"


class Readable:
    """Refuses what arrived as no valid text: the decoder has put the replacement character there."""

    def __call__(self, form: Any, field: Field) -> None:
        if isinstance(field.data, str) and _BROKEN_LETTER in field.data:
            raise ValidationError(_l("Här finns tecken som inte gick att läsa. Ta bort dem och försök igen."))


class AtMost:
    """Refuses a text that is too long, and says how long it is."""

    def __init__(self, letters: int) -> None:
        self.letters = letters

    def __call__(self, form: Any, field: Field) -> None:
        count = len(field.data or "")
        if count > self.letters:
            raise ValidationError(
                _l(
                    "Texten får ha högst %(most)s tecken. Nu har den %(count)s.",
                    most=number(self.letters),
                    count=number(count),
                )
            )


class Filled:
    """Refuses an empty field with a sentence of its own."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        if not field.data:
            raise ValidationError(self.sentence)


class OneOf(RadioField):
    """One choice of several. Nothing sent is the default; something else than the choices is refused."""

    def __init__(self, label: Any, options: Sequence[tuple[StrEnum, Any]], default: StrEnum, **more: Any) -> None:
        choices = [SelectChoice(word.value, words) for word, words in options]
        super().__init__(label, choices=choices, default=default.value, **more)
        self.values = [word.value for word, _words in options]

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = valuelist[0]

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.values:
            raise ValidationError(_l("Välj ett av alternativen."))


WISHES = (
    (Wish.ASK, _l("Ställa en fråga")),
    (Wish.CALL, _l("Bli uppringd")),
    (Wish.BOOK, _l("Boka ett samtal")),
    (Wish.TRY, _l("Prova hemma")),
    (Wish.BUY, _l("Köpa")),
)
SUBJECTS = (
    (SubjectKind.SELF, _l("Mig själv")),
    (SubjectKind.RELATIVE, _l("En anhörig")),
    (SubjectKind.HORSE, _l("En häst")),
)
WAYS_TO_REACH = (
    (ReachBy.ANY, _l("Det spelar ingen roll")),
    (ReachBy.EMAIL, _l("E-post")),
    (ReachBy.PHONE, _l("Telefon")),
    (ReachBy.SMS, _l("Sms")),
)


class TrappedField(StringField):
    """A field that people neither see nor reach; whatever is in it was put there by a program."""


class EnquiryForm(PublicForm):
    """Write to us: one way to reach the writer is enough, and no word is lost when something is missing."""

    wish = OneOf(_l("Vad vill du?"), options=WISHES, default=Wish.ASK)
    message = TextBlock(_l("Ditt meddelande"), (AtMost(LONGEST_MESSAGE), Readable()))
    subject_kind = OneOf(_l("Vem gäller det?"), options=SUBJECTS, default=SubjectKind.SELF)
    subject_name = TextLine(_l("Den anhörigas eller hästens namn"), (AtMost(LONGEST_NAME), Readable()))
    name = TextLine(_l("Ditt namn"), (Filled(_l("Skriv ditt namn.")), AtMost(LONGEST_NAME), Readable()))
    email = TextLine(_l("E-post"), (AtMost(254),))
    phone = TextLine(_l("Telefon"), (AtMost(40), Readable()))
    reach_by = OneOf(_l("Hur vill du bli nådd?"), options=WAYS_TO_REACH, default=ReachBy.ANY)
    consent = BooleanField(_l("Samtycke"))
    tips = BooleanField(_l("Tips med e-post"))
    website = TrappedField()
    token = HiddenField()
    page = HiddenField()

    def validate_message(self, field: Field) -> None:
        if not field.data and self.wish.data == Wish.ASK.value:
            raise ValidationError(_l("Skriv vad du undrar."))

    email_address: str | None = None
    """The address as it is stored, once the form has been validated."""

    def validate_email(self, field: Field) -> None:
        self.email_address = normalised(field.data) if field.data else None
        if field.data and self.email_address is None:
            raise ValidationError(_l("Det här ser inte ut som en e-postadress. Så här kan en se ut: namn@example.se."))
        if not field.data and not self.phone.data:
            raise ValidationError(_l("Skriv din e-postadress eller ditt telefonnummer, så att vi kan nå dig."))
        if not field.data and self.tips.data:
            raise ValidationError(_l("Skriv din e-postadress om du vill ha tips."))

    def validate_consent(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("Kryssa i rutan. Utan ditt samtycke får vi inte spara det du skriver."))


class ReplyForm(PublicForm):
    """Write back, on the private page."""

    message = TextBlock(_l("Ditt meddelande"), (Filled(_l("Skriv något först.")), AtMost(LONGEST_MESSAGE), Readable()))
    token = HiddenField()
