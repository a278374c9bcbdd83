"""Input about what is rated, and how long it is kept."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.consultations.fields import within
from app.consultations.kinds import Audience
from app.core import form_rows
from app.core.forms import DashboardForm, TextLine
from app.core.labels import choices
from app.trials.check_ins import Scale, TrialRules
from app.trials.keeping import LONGEST_KEPT_DAYS
from app.trials.scales import COLUMNS, ScaleFacts

MOST_SCALES = 20
NEW_SCALE = {"is_active": "y"}
IN_BOTH = _l("Skriv orden på båda språken: sidan finns på båda.")


def _word() -> list[object]:
    return [DataRequired(IN_BOTH), Length(max=60)]


class ScaleForm(Form):
    """One scale."""

    id = IntegerField(validators=[Optional()], widget=HiddenInput())
    name_sv = TextLine(_l("Namn"), [DataRequired(_l("Ge skalan ett namn, eller ta bort den.")), Length(max=60)])
    name_en = TextLine(_l("Namn på engelska"), _word())
    low_sv = TextLine(_l("Vad 0 betyder"), _word())
    low_en = TextLine(_l("Vad 0 betyder, på engelska"), _word())
    high_sv = TextLine(_l("Vad 10 betyder"), _word())
    high_en = TextLine(_l("Vad 10 betyder, på engelska"), _word())
    audience = SelectField(_l("Vem skattas?"), choices=lambda: choices(Audience), coerce=Audience)
    is_active = BooleanField(_l("Frågas nu"))

    def facts(self) -> ScaleFacts:
        """What was filled in."""
        return ScaleFacts(**self.data)


class ScalesForm(DashboardForm):
    """All scales, and how long things are kept."""

    scales: "FieldList[FormField[ScaleForm]]" = FieldList(FormField(ScaleForm), max_entries=MOST_SCALES)
    ratings_kept_days = IntegerField(
        _l("Dagar som avstämningar sparas"),
        [InputRequired(_l("Skriv ett tal.")), within(1, LONGEST_KEPT_DAYS)],
        description=_l(
            "Räknat från att provperioden avslutades. Sedan raderas de. Siffrorna finns kvar utan vem och när."
        ),
    )
    answers_kept_days = IntegerField(
        _l("Dagar som svar om lämplighet och bilder sparas"),
        [InputRequired(_l("Skriv ett tal.")), within(1, LONGEST_KEPT_DAYS)],
        description=_l("Räknat på samma sätt. Sedan raderas de helt."),
    )

    @classmethod
    def showing(cls, scales: Sequence[Scale], rules: TrialRules) -> "ScalesForm":
        """The form as it is first shown."""
        return cls(
            formdata=None,
            data={
                "scales": [{name: getattr(scale, name) for name in ("id", *COLUMNS)} for scale in scales],
                "ratings_kept_days": rules.ratings_kept_days,
                "answers_kept_days": rules.answers_kept_days,
            },
        )

    def scale_facts(self) -> list[ScaleFacts]:
        """The rows in their order."""
        return [entry.form.facts() for entry in self.scales]


def with_scales_rearranged(typed: form_rows.Typed, act: str) -> form_rows.Typed:
    """The typed form with its scales rearranged."""
    return form_rows.rearranged(typed, act, "scales", NEW_SCALE, MOST_SCALES)
