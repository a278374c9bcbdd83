"""Input about a kind of consultation, with its questions."""

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.accounts.queries import active_users
from app.consultations.fields import Minutes, within
from app.consultations.kinds import Audience, ConsultationKind, NoticeUnit, Place
from app.consultations.labels import minutes_words
from app.consultations.offering import MOST_QUESTIONS, KindFacts, Question
from app.consultations.reminders import NIGHT
from app.core import form_rows
from app.core.forms import ClockTime, DashboardForm, SelectChoice, TextBlock, TextLine, TicksField
from app.core.labels import choices
from app.core.routes import row_number

NEVER = 0
REMINDERS = (NEVER, 15, 30, 60, 120, 180)
"""Minutes before the start at which the second reminder may go."""
CHANGE_UNTIL = (0, 60, 120, 240, 720, 1440, 2880, 4320)
"""Minutes before the start until which visitors may move and cancel by themselves."""
NEW_QUESTION: dict[str, str] = {"words": "", "words_en": ""}


class QuestionForm(Form):
    """One question."""

    words = TextLine(_l("Frågan"), [DataRequired(_l("Skriv frågan, eller ta bort raden.")), Length(max=200)])
    words_en = TextLine(
        _l("På engelska"),
        [DataRequired(_l("Skriv frågan på engelska också: sidan finns på båda språken.")), Length(max=200)],
    )
    is_required = BooleanField(_l("Måste besvaras"))


class KindForm(DashboardForm):
    """A kind of consultation."""

    name_sv = TextLine(
        _l("Namn"),
        [DataRequired(_l("Ge konsultationstypen ett namn.")), Length(max=80)],
        description=_l("Det besökarna väljer på, till exempel Samtal på telefon."),
    )
    name_en = TextLine(
        _l("Namn på engelska"),
        [DataRequired(_l("Skriv namnet på engelska också: sidan finns på båda språken.")), Length(max=80)],
        description=_l("Till exempel Talk by phone."),
    )
    about_sv = TextBlock(
        _l("Beskrivning"),
        [Length(max=600)],
        description=_l("Läses innan man väljer en tid: vad som händer, och vad det kostar."),
    )
    about_en = TextBlock(
        _l("Beskrivning på engelska"),
        [Length(max=600)],
        description=_l("Lämna tomt för att visa den svenska även där."),
    )
    place = RadioField(_l("Var hålls den?"), choices=lambda: choices(Place), coerce=Place, default=Place.PHONE)
    audience = RadioField(
        _l("Vem gäller det?"), choices=lambda: choices(Audience), coerce=Audience, default=Audience.BOTH
    )
    hosts = TicksField(
        _l("Vem håller den?"),
        choices=lambda: [SelectChoice(str(user.id), user.name) for user in active_users()],
        coerce=row_number,
        validate_choice=True,
        description=_l("Är ni flera visas allas tider, och den som har minst att göra den veckan får bokningen."),
    )
    length_minutes = Minutes(
        _l("Längd i minuter"), 5, 480, default=30, description=_l("Så lång tid som besökaren ser, till exempel 30.")
    )
    step_minutes = Minutes(
        _l("Minuter mellan möjliga starter"),
        5,
        480,
        default=30,
        description=_l("30 ger 09.00, 09.30, 10.00 och så vidare."),
    )
    buffer_before_minutes = Minutes(
        _l("Lugnt före, i minuter"),
        0,
        240,
        default=0,
        description=_l("Till exempel 10, för att läsa på. 0 är ingen paus."),
    )
    buffer_after_minutes = Minutes(
        _l("Lugnt efter, i minuter"),
        0,
        240,
        default=10,
        description=_l("Tid att andas och anteckna. Mellan två bokningar gäller den längsta, inte summan."),
    )
    notice = IntegerField(
        _l("Bokas senast"),
        [InputRequired(_l("Skriv ett tal.")), within(0, 720)],
        default=24,
        description=_l("Till exempel 24 timmar. 0 är ända tills tiden börjar."),
    )
    notice_unit = SelectField(
        _l("Räknat i"), choices=lambda: choices(NoticeUnit), coerce=NoticeUnit, default=NoticeUnit.HOURS
    )
    horizon_days = IntegerField(
        _l("Bokas tidigast så många dagar före"),
        [InputRequired(_l("Skriv ett tal.")), within(1, 365)],
        default=60,
        description=_l("60 låter besökarna boka två månader framåt."),
    )
    most_per_day = IntegerField(
        _l("Högst per dag"),
        [Optional(), within(1, 50)],
        description=_l("Per värd, till exempel 4. Tomt är ingen gräns."),
    )
    most_per_week = IntegerField(
        _l("Högst per vecka"),
        [Optional(), within(1, 200)],
        description=_l("Per värd, till exempel 12. Tomt är ingen gräns."),
    )
    confirming = RadioField(
        _l("Bekräftelse"),
        choices=lambda: [
            SelectChoice("at_once", _("Bokningen gäller direkt")),
            SelectChoice("asks", _("Bokningen väntar tills värden har sagt ja")),
        ],
        default="at_once",
        description=_l("Väntar den, är tiden upptagen för andra så länge."),
    )
    reminds_at = ClockTime(
        _l("Påminnelse dagen före"),
        [Optional()],
        default=time(17, 0),
        description=_l("Från klockan 08.00 och före 21.00. Tomt är ingen påminnelse."),
    )
    reminds_minutes_before = SelectField(_l("Påminnelse strax före"), coerce=int, default="60")
    change_until_minutes = SelectField(
        _l("Besökaren får boka om och avboka själv"),
        coerce=int,
        default="120",
        description=_l("Senare än så får besökaren ert telefonnummer i stället."),
    )
    questions: "FieldList[FormField[QuestionForm]]" = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reminds_minutes_before.choices = _minute_choices(REMINDERS, self.reminds_minutes_before, _before_words)
        self.change_until_minutes.choices = _minute_choices(CHANGE_UNTIL, self.change_until_minutes, _until_words)

    @classmethod
    def showing(cls, kind: ConsultationKind) -> "KindForm":
        """The form as it is first shown."""
        return cls(
            formdata=None,
            data={
                **{name: getattr(kind, name) for name in _AS_THEY_ARE},
                "hosts": [host.user_id for host in kind.hosts],
                "confirming": "asks" if kind.needs_confirming else "at_once",
                "reminds_minutes_before": kind.reminds_minutes_before or NEVER,
                "questions": [
                    {"words": row.words_sv, "words_en": row.words_en, "is_required": row.is_required}
                    for row in kind.questions
                ],
            },
        )

    def validate_reminds_at(self, field: Any) -> None:
        """None at night (booking rule 15)."""
        if field.data is not None and NIGHT.has(field.data):
            raise ValidationError(_l("Välj en tid från 08.00 och före 21.00, så väcker påminnelsen ingen."))

    def kind_facts(self) -> KindFacts:
        """What was filled in about the kind itself."""
        facts: dict[str, Any] = {name: getattr(self, name).data for name in _AS_THEY_ARE}
        facts["needs_confirming"] = self.confirming.data == "asks"
        facts["reminds_minutes_before"] = self.reminds_minutes_before.data or None
        return KindFacts(**facts)

    def kind_questions(self) -> list[Question]:
        """The questions in their order."""
        rows = [entry.form for entry in self.questions]
        return [Question(row.words.data or "", row.words_en.data or "", row.is_required.data) for row in rows]


_AS_THEY_ARE = (
    *("name_sv", "name_en", "about_sv", "about_en", "place", "audience", "length_minutes", "step_minutes"),
    *("buffer_before_minutes", "buffer_after_minutes", "notice", "notice_unit", "horizon_days"),
    *("most_per_day", "most_per_week", "reminds_at", "change_until_minutes"),
)
"""Columns whose field bears their name and holds their value."""


def with_questions_rearranged(typed: form_rows.Typed, act: str) -> form_rows.Typed:
    """The typed form with its questions rearranged."""
    return form_rows.rearranged(typed, act, "questions", NEW_QUESTION, MOST_QUESTIONS)


def _minute_choices(offered: Sequence[int], field: Any, words: Callable[[int], str]) -> list[SelectChoice]:
    """The lengths that are offered, and the one that is chosen already."""
    chosen = {int(field.data)} if str(field.data).isdigit() else set()
    return [SelectChoice(str(minutes), words(minutes)) for minutes in sorted({*offered, *chosen})]


def _before_words(minutes: int) -> str:
    return str(_("%(long)s före", long=minutes_words(minutes))) if minutes else str(_("Ingen påminnelse"))


def _until_words(minutes: int) -> str:
    return str(_("till %(long)s före", long=minutes_words(minutes))) if minutes else str(_("ända tills den börjar"))
