"""What a visitor is asked before a time is theirs: what its kind and place need, and nothing that we know already."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, ValidationError

from app.consultations.booking import Details
from app.consultations.kinds import Audience, ConsultationKind, KindQuestion, Place
from app.consultations.visitors import NEEDS_PHONE, KnownVisitor, is_for
from app.contacts.models import SubjectKind
from app.core.forms import PublicForm, TextBlock, TextLine
from app.core.language import in_language
from app.core.mail_addresses import normalised
from app.core.phones import to_e164
from app.enquiries.forms import SUBJECTS, AtMost, Filled, OneOf, Readable, TrappedField
from app.enquiries.services import LONGEST_MESSAGE, LONGEST_NAME

LONGEST_ANSWER = 1000
NEEDS_EMAIL = (Place.VIDEO,)
"""Where the link to the room goes."""
QUESTION = "question_"


class DetailsForm(PublicForm):
    """What every kind's form carries, and the rules of all that one may ask. `details_form` adds what it does ask."""

    website = TrappedField()
    token = HiddenField()
    start = HiddenField()

    kind: ConsultationKind
    known: KnownVisitor | None = None
    email_address: str | None = None
    """The address as it is stored, once the form has been validated."""

    def validate_phone(self, field: Field) -> None:
        if not field.data and self.kind.place in NEEDS_PHONE:
            raise ValidationError(_l("Skriv ditt telefonnummer, så att vi kan ringa dig."))
        if field.data and to_e164(field.data) is None:
            raise ValidationError(_l("Det här ser inte ut som ett telefonnummer. Så här kan ett se ut: 070-174 06 05."))

    def validate_email(self, field: Field) -> None:
        self.email_address = normalised(field.data) if field.data else None
        if field.data and self.email_address is None:
            raise ValidationError(_l("Det här ser inte ut som en e-postadress. Så här kan en se ut: namn@example.se."))
        if not field.data and self.kind.place in NEEDS_EMAIL:
            raise ValidationError(_l("Skriv din e-postadress. Dit skickar vi länken till videomötet."))
        if not field.data and not self.word("phone") and self.kind.place not in NEEDS_PHONE:
            raise ValidationError(_l("Skriv din e-postadress eller ditt telefonnummer, så att vi kan nå dig."))
        if not field.data and self.word("tips"):
            raise ValidationError(_l("Skriv din e-postadress om du vill ha tips."))

    def validate_consent(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("Kryssa i rutan. Utan ditt samtycke får vi inte spara det du skriver."))

    @property
    def optional(self) -> set[str]:
        """The names of the fields that may be left empty. Where they can choose how to be reached, neither is one."""
        kind = self.kind
        names = {f"{QUESTION}{question.id}" for question in kind.questions if not question.is_required}
        names |= {"wishes"} | ({"subject_name"} if kind.audience is not Audience.HORSE else set())
        names |= {"email"} if kind.place in NEEDS_PHONE else set()
        return names | ({"phone"} if kind.place in NEEDS_EMAIL else set())

    @property
    def questions(self) -> list[Field]:
        """The fields of the kind's own questions."""
        return [field for field in self if field.name.startswith(QUESTION)]

    def word(self, name: str) -> str | None:
        """What was filled in; None where nothing was, or it is not asked."""
        return (self[name].data or None) if name in self else None

    def details(self, visitor_zone: str | None, language: str) -> Details:
        """What goes with the booking. Who is known is reached as they told us before, unless they say otherwise."""
        return Details(
            phone=self.word("phone") or (self.known.phone if self.known else None),
            email=self.email_address or (self.known.email if self.known else None),
            language=language,
            street_address=self.word("street_address"),
            postcode=self.word("postcode"),
            city=self.word("city"),
            visitor_zone=visitor_zone,
            wishes=self.word("wishes"),
            answers=tuple((str(field.label.text), field.data) for field in self.questions if field.data),
        )


def details_form(kind: ConsultationKind, known: KnownVisitor | None, sent: Any = None, **facts: Any) -> DetailsForm:
    """The form of that kind for that visitor, filled with what was sent, else with these facts."""
    fields = {
        **(_ways_to_reach(kind, known) if known else {**_subject(kind), **_person()}),
        **(_address(kind) if kind.place is Place.VISIT else {}),
        **{f"{QUESTION}{question.id}": _answer(question) for question in kind.questions},
        "wishes": TextBlock(_l("Vad vill du prata om?"), (AtMost(LONGEST_MESSAGE), Readable())),
        **({} if known else _consents()),
    }
    made: type[DetailsForm] = type("KindDetailsForm", (DetailsForm,), fields)
    made.kind, made.known = kind, known
    return made(sent, **facts)


def _subject(kind: ConsultationKind) -> dict[str, Any]:
    """Whom it is about, of those that the kind is for; where it can only be a horse, the horse's name."""
    if kind.audience is Audience.HORSE:
        asks = (Filled(_l("Skriv hästens namn.")), AtMost(LONGEST_NAME), Readable())
        return {"subject_name": TextLine(_l("Hästens namn"), asks)}
    offered = [(subject, words) for subject, words in SUBJECTS if is_for(kind.audience, subject)]
    name = _l("Den anhörigas namn") if kind.audience is Audience.PERSON else _l("Den anhörigas eller hästens namn")
    return {
        "subject_kind": OneOf(_l("Vem gäller det?"), options=offered, default=SubjectKind.SELF),
        "subject_name": TextLine(name, (AtMost(LONGEST_NAME), Readable())),
    }


def _person() -> dict[str, Any]:
    return {
        "name": TextLine(_l("Ditt namn"), (Filled(_l("Skriv ditt namn.")), AtMost(LONGEST_NAME), Readable())),
        "phone": _phone(),
        "email": _email(),
    }


def _ways_to_reach(kind: ConsultationKind, known: KnownVisitor) -> dict[str, Any]:
    """What the place needs and we have not been told."""
    lacks_phone = kind.place in NEEDS_PHONE and to_e164(known.phone) is None
    lacks_email = kind.place in NEEDS_EMAIL and not known.email
    return {**({"phone": _phone()} if lacks_phone else {}), **({"email": _email()} if lacks_email else {})}


def _phone() -> TextLine:
    return TextLine(_l("Telefon"), (AtMost(40), Readable()))


def _email() -> TextLine:
    return TextLine(_l("E-post"), (AtMost(254),))


def _address(kind: ConsultationKind) -> dict[str, Any]:
    street = _l("Stallets adress") if kind.audience is Audience.HORSE else _l("Gata och nummer")
    return {
        "street_address": TextLine(street, (Filled(_l("Skriv adressen, så att vi hittar.")), AtMost(200), Readable())),
        "postcode": TextLine(_l("Postnummer"), (Filled(_l("Skriv postnumret.")), AtMost(12), Readable())),
        "city": TextLine(_l("Ort"), (Filled(_l("Skriv orten.")), AtMost(80), Readable())),
    }


def _answer(question: KindQuestion) -> TextBlock:
    needed = (Filled(_l("Svara på den här frågan.")),) if question.is_required else ()
    return TextBlock(in_language(question.words_sv, question.words_en), (*needed, AtMost(LONGEST_ANSWER), Readable()))


def _consents() -> dict[str, Any]:
    return {"consent": BooleanField(_l("Samtycke")), "tips": BooleanField(_l("Tips med e-post"))}
