"""Input about what is asked before somebody tries a device."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.consultations.kinds import Audience
from app.core import form_rows
from app.core.forms import DashboardForm, TextLine
from app.core.labels import choices
from app.trials.questions import COLUMNS, QuestionFacts
from app.trials.suitability import SuitabilityQuestion, Verdict

MOST_QUESTIONS = 30
NEW_QUESTION = {"on_yes": Verdict.ASK.value, "on_no": Verdict.FINE.value, "is_active": "y"}


class QuestionForm(Form):
    """One question."""

    id = IntegerField(validators=[Optional()], widget=HiddenInput())
    words_sv = TextLine(_l("Frågan"), [DataRequired(_l("Skriv frågan, eller ta bort raden.")), Length(max=200)])
    words_en = TextLine(
        _l("På engelska"),
        [DataRequired(_l("Skriv frågan på engelska också: sidan finns på båda språken.")), Length(max=200)],
    )
    audience = SelectField(_l("Vem gäller den?"), choices=lambda: choices(Audience), coerce=Audience)
    on_yes = SelectField(_l("Ett ja betyder"), choices=lambda: choices(Verdict), coerce=Verdict)
    on_no = SelectField(_l("Ett nej betyder"), choices=lambda: choices(Verdict), coerce=Verdict)
    is_active = BooleanField(_l("Frågas nu"))

    def facts(self) -> QuestionFacts:
        """What was filled in."""
        return QuestionFacts(**self.data)


class QuestionsForm(DashboardForm):
    """All questions."""

    questions: "FieldList[FormField[QuestionForm]]" = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS)

    @classmethod
    def showing(cls, questions: Sequence[SuitabilityQuestion]) -> "QuestionsForm":
        """The form as it is first shown."""
        rows = [{name: getattr(question, name) for name in ("id", *COLUMNS)} for question in questions]
        return cls(formdata=None, data={"questions": rows})

    def question_facts(self) -> list[QuestionFacts]:
        """The rows in their order."""
        return [entry.form.facts() for entry in self.questions]


def with_questions_rearranged(typed: form_rows.Typed, act: str) -> form_rows.Typed:
    """The typed form with its questions rearranged."""
    return form_rows.rearranged(typed, act, "questions", NEW_QUESTION, MOST_QUESTIONS)
