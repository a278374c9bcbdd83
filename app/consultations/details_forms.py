"""What a visitor is asked before a time is theirs: what its kind and place need, and nothing that we know already."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, ValidationError

from app.consultations.booking import Details
from app.consultations.kinds import Audience, ConsultationKind, KindQuestion, Place
from app.consultations.visitor_forms import (
    VisitorForm,
    address_fields,
    consent_field,
    email_field,
    person_fields,
    phone_field,
    subject_fields,
    tips_field,
)
from app.consultations.visitors import NEEDS_PHONE, KnownVisitor
from app.core.forms import TextBlock
from app.core.language import in_language
from app.core.phones import to_e164
from app.enquiries.forms import AtMost, Filled, Readable
from app.enquiries.services import LONGEST_MESSAGE

LONGEST_ANSWER = 1000
NEEDS_EMAIL = (Place.VIDEO,)
"""Where the link to the room goes."""
QUESTION = "question_"


class DetailsForm(VisitorForm):
    """What every kind's form carries, and the rules of all that one may ask. `details_form` adds what it does ask."""

    start = HiddenField()

    kind: ConsultationKind
    known: KnownVisitor | None = None

    @property
    def takes_either(self) -> bool:
        return self.kind.place not in NEEDS_PHONE

    def validate_phone(self, field: Field) -> None:
        if not field.data and self.kind.place in NEEDS_PHONE:
            raise ValidationError(_l("Skriv ditt telefonnummer, så att vi kan ringa dig."))
        super().validate_phone(field)

    def validate_email(self, field: Field) -> None:
        if not field.data and self.kind.place in NEEDS_EMAIL:
            raise ValidationError(_l("Skriv din e-postadress. Dit skickar vi länken till videomötet."))
        super().validate_email(field)

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
        **(_ways_to_reach(kind, known) if known else {**subject_fields(kind.audience), **person_fields()}),
        **(address_fields(kind.audience) if kind.place is Place.VISIT else {}),
        **{f"{QUESTION}{question.id}": _answer(question) for question in kind.questions},
        "wishes": TextBlock(_l("Vad vill du prata om?"), (AtMost(LONGEST_MESSAGE), Readable())),
        **({} if known else {"consent": consent_field(), "tips": tips_field()}),
    }
    made: type[DetailsForm] = type("KindDetailsForm", (DetailsForm,), fields)
    made.kind, made.known = kind, known
    return made(sent, **facts)


def _ways_to_reach(kind: ConsultationKind, known: KnownVisitor) -> dict[str, Any]:
    """What the place needs and we have not been told."""
    lacks_phone = kind.place in NEEDS_PHONE and to_e164(known.phone) is None
    lacks_email = kind.place in NEEDS_EMAIL and not known.email
    return {**({"phone": phone_field()} if lacks_phone else {}), **({"email": email_field()} if lacks_email else {})}


def _answer(question: KindQuestion) -> TextBlock:
    needed = (Filled(_l("Svara på den här frågan.")),) if question.is_required else ()
    return TextBlock(in_language(question.words_sv, question.words_en), (*needed, AtMost(LONGEST_ANSWER), Readable()))
