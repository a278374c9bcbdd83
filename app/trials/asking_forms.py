"""What a visitor is asked before a device is lent to them: who and where they are, and whether it suits them."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError

from app.consultations.kinds import Audience
from app.consultations.visitor_forms import (
    VisitorForm,
    address_fields,
    consent_field,
    person_fields,
    subject_fields,
    tips_field,
)
from app.consultations.visitors import KnownVisitor
from app.core.forms import TextBlock
from app.core.labels import choices
from app.core.language import in_language
from app.enquiries.forms import AtMost, Readable
from app.enquiries.services import LONGEST_MESSAGE
from app.trials.suitability import Answer, SuitabilityQuestion


class AnswerField(RadioField):
    """Yes, no or unsure, and nothing before somebody has said so."""

    def __init__(self, words: str, **options: Any) -> None:
        super().__init__(words, choices=choices(Answer), **options)

    def pre_validate(self, form: Any) -> None:
        if self.data not in list(Answer):
            raise ValidationError(_l("Svara ja, nej eller vet inte."))


class AsksQuestions:
    """A form with a field for each of the owner's questions."""

    suitability: Sequence[SuitabilityQuestion]

    @property
    def questions(self: Any) -> list[Any]:
        """The fields of the owner's questions."""
        return [self[field_name(question)] for question in self.suitability]

    @property
    def answers(self) -> tuple[tuple[SuitabilityQuestion, Answer], ...]:
        """Each question that was answered, and how."""
        asked = zip(self.suitability, self.questions, strict=True)
        return tuple((question, Answer(field.data)) for question, field in asked if field.data)


class AskForm(AsksQuestions, VisitorForm):
    """What is carried for every model; `ask_form` adds what is asked."""

    known: KnownVisitor | None

    @property
    def reach(self) -> dict[str, str | None]:
        """Where they are reached: as they have told us before, unless they are asked."""
        email, phone = (self.known.email, self.known.phone) if self.known else (self.email_address, self.word("phone"))
        return {"email": email, "phone": phone}


def ask_form(
    audience: Audience, questions: Sequence[SuitabilityQuestion], known: KnownVisitor | None, sent: Any = None
) -> AskForm:
    """The form for such a borrower, filled with what was sent, else with the address that we were given before."""
    fields: dict[str, Any] = {
        **({} if known else {**subject_fields(audience), **person_fields()}),
        **address_fields(audience),
        **{
            field_name(question): AnswerField(in_language(question.words_sv, question.words_en))
            for question in questions
        },
        "wishes": TextBlock(_l("Något mer vi ska veta?"), (AtMost(LONGEST_MESSAGE), Readable())),
        "consent": consent_field(),
        **({} if known else {"tips": tips_field()}),
    }
    made: type[AskForm] = type("AudienceAskForm", (AskForm,), fields)
    made.suitability, made.known = questions, known
    return made(sent, data=known.address if known else None)


def field_name(question: SuitabilityQuestion) -> str:
    """What its field is called. The words are in it, so that no answer is taken for one to words of another day."""
    words = f"{question.words_sv}\n{question.words_en}"
    return f"question_{question.id}_{blake2b(words.encode(), digest_size=4).hexdigest()}"
