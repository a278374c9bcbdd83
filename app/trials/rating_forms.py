"""Input about how it goes: a number on each scale, or none, and a free line."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, ValidationError

from app.contacts.consent_texts import ConsentWords, current_words
from app.contacts.models import ConsentPurpose
from app.core.forms import PublicForm, SelectChoice, TextBlock
from app.core.labels import name_here
from app.core.language import current_language, in_language
from app.enquiries.forms import AtMost, Readable
from app.trials.check_in_queries import allows_check_ins, may_withdraw
from app.trials.check_ins import CheckIn, Scale
from app.trials.models import Trial
from app.trials.scale_queries import scales_for
from app.trials.scales import HIGHEST, LOWEST

LONGEST_WORDS = 1000
SCALE = "scale_"
PASSED_OVER = ""
NUMBERS = tuple(str(number) for number in range(LOWEST, HIGHEST + 1))


class ScaleField(RadioField):
    """A number on one scale, by tapping it. To pass it over is a choice among the others, and the first."""

    def __init__(self, scale: Scale, **options: Any) -> None:
        choices = [SelectChoice(number, number) for number in (*NUMBERS, PASSED_OVER)]
        super().__init__(name_here(scale), choices=choices, default=PASSED_OVER, **options)
        self.scale = scale
        self.low, self.high = in_language(scale.low_sv, scale.low_en), in_language(scale.high_sv, scale.high_en)

    def pre_validate(self, form: Any) -> None:
        if self.data not in (*NUMBERS, PASSED_OVER):
            raise ValidationError(_l("Välj en siffra från 0 till 10."))


class RatingForm(PublicForm):
    """What everybody who rates fills in. `rating_form` adds the scales."""

    words = TextBlock(_l("Vill du säga något mer?"), (AtMost(LONGEST_WORDS), Readable()))
    consent = BooleanField(_l("Samtycke"))

    needs_consent: bool = False
    """Whether nothing may be kept before the box is ticked."""

    @property
    def scale_fields(self) -> list[ScaleField]:
        """The fields of the scales, in the owner's order."""
        return [field for field in self if isinstance(field, ScaleField)]

    @property
    def numbers(self) -> dict[Scale, int]:
        """What was rated; scales that were passed over are not in it."""
        return {field.scale: int(field.data) for field in self.scale_fields if field.data in NUMBERS}

    @property
    def consent_words(self) -> ConsentWords:
        """What they say yes to."""
        return current_words(ConsentPurpose.CHECK_INS, current_language())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.numbers and not self.words.data

    def validate_consent(self, field: Field) -> None:
        if self.needs_consent and not field.data and not self.is_empty:
            raise ValidationError(_l("Kryssa i rutan. Utan ett samtycke får skattningarna inte sparas."))


class BaselineForm(RatingForm):
    """How it is at the hand-over, as a part of a larger form of ours."""

    words = TextBlock(_l("Något mer, med deras egna ord"), (AtMost(LONGEST_WORDS), Readable()))
    consent = BooleanField(_l("Har hört vad samtycket innebär och sagt ja"))


class CheckInForm(RatingForm):
    """How it goes, on the borrower's own page."""

    wants_call = BooleanField(_l("Ring mig gärna"))
    token = HiddenField()

    @property
    def is_empty(self) -> bool:
        return super().is_empty and not self.wants_call.data


def baseline_form(trial: Trial, sent: Any = None) -> BaselineForm:
    """The part of the hand-over's form that asks how it is; its fields begin with `baseline-`."""
    form: BaselineForm = _with_scales(BaselineForm, trial, allows_check_ins(trial))(sent, prefix="baseline-")
    return form


def check_in_form(trial: Trial, sent: Any = None, so_far: CheckIn | None = None) -> CheckInForm:
    """The form of the page, filled with what was sent, else with what the day has got so far."""
    made = _with_scales(CheckInForm, trial, may_withdraw(trial))
    form: CheckInForm = made(sent, data=_as_typed(so_far) if so_far else None)
    return form


def _with_scales(form: type[Any], trial: Trial, has_said_yes: bool) -> Any:
    fields = {f"{SCALE}{scale.id}": ScaleField(scale) for scale in scales_for(trial.audience)}
    return type(form.__name__, (form,), {**fields, "needs_consent": not has_said_yes})


def _as_typed(check_in: CheckIn) -> dict[str, Any]:
    numbers = {f"{SCALE}{rating.scale_id}": rating.value for rating in check_in.ratings}
    return {**numbers, "words": check_in.words, "wants_call": check_in.wants_call}
