"""What is filled in when we write down that somebody wants to try a device."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired, Length

from app.core.forms import SelectChoice, TextBlock
from app.core.language import in_language
from app.leads.forms import LONGEST_NOTE
from app.trials.asking_forms import AnswerField, AsksQuestions, field_name
from app.trials.desk_forms import ActForm
from app.trials.suitability import SuitabilityQuestion
from app.trials.units import DeviceModel


class MaybeAnswered(AnswerField):
    """A question that may be left for later."""

    def pre_validate(self, form: Any) -> None:
        if self.data:
            super().pre_validate(form)


class ByHandForm(AsksQuestions, ActForm):
    """Which model, and what else they said; `by_hand_form` adds the questions."""

    model = RadioField(_l("Vad vill de prova?"), [InputRequired(_l("Välj en modell."))], coerce=int)


def by_hand_form(models: Sequence[DeviceModel], questions: Sequence[SuitabilityQuestion]) -> ByHandForm:
    """The form with these models to choose from and these questions; the only model is chosen already."""
    fields: dict[str, Any] = {
        field_name(question): MaybeAnswered(in_language(question.words_sv, question.words_en)) for question in questions
    }
    fields["wishes"] = TextBlock(_l("Vad de har berättat"), [Length(max=LONGEST_NOTE)])
    made: type[ByHandForm] = type("QuestionsForm", (ByHandForm,), fields)
    made.suitability = questions
    form = made(data={"model": models[0].id} if len(models) == 1 else None)
    form.model.choices = [SelectChoice(model.id, model.name) for model in models]
    return form
