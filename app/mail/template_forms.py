from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.validators import DataRequired, Length

from app.core.edit_forms import EditForm
from app.core.forms import DashboardForm, TextBlock, TextLine
from app.core.language import current_language
from app.mail.models import MailTemplate, MailTemplateVersion
from app.mail.placeholders import nearest_name
from app.mail.templates import Wording
from app.mail.wording import MOST_SUBJECT_LETTERS, Words, example_letters, has_loose_braces, unknown_names


class KnownPlaceholders:
    """Refuses a placeholder that nobody can fill in, and braces without a name between them."""

    def __call__(self, form: DashboardForm, field: Field) -> None:
        unknown = unknown_names(field.data or "")
        if unknown:
            raise ValidationError(_unknown_sentence(unknown[0]))
        if has_loose_braces(field.data or ""):
            raise ValidationError(_("Här står {{ eller }} utan sin andra hälft. En platshållare skrivs {{förnamn}}."))


class ShortSubject:
    """Refuses a subject that a phone would cut off, with each placeholder as long as its example."""

    def __call__(self, form: DashboardForm, field: Field) -> None:
        letters = example_letters(field.data or "")
        if letters > MOST_SUBJECT_LETTERS:
            raise ValidationError(
                _(
                    "Ämnet är %(letters)s tecken långt. Korta det till %(most)s.",
                    letters=letters,
                    most=MOST_SUBJECT_LETTERS,
                )
            )


def _unknown_sentence(name: str) -> str:
    nearest = nearest_name(name, current_language())
    if not name:
        sentence = _("Skriv ett namn mellan {{ och }}.")
    elif nearest:
        sentence = _("{{%(name)s}} finns inte. Menade du {{%(nearest)s}}?", name=name, nearest=nearest)
    else:
        sentence = _("{{%(name)s}} finns inte. Välj en av platshållarna i listan.", name=name)
    return str(sentence)


def subject_line(*validators: object) -> TextLine:
    """The subject of a mail, with its placeholders still open."""
    return TextLine(_l("Ämne"), [*validators, Length(max=200), KnownPlaceholders(), ShortSubject()])


def body_block(*validators: object) -> TextBlock:
    """Its text."""
    return TextBlock(_l("Text"), [*validators, Length(max=10_000), KnownPlaceholders()])


class TemplateForm(EditForm):
    """A template in both languages. English is left out as a whole, or written as a whole."""

    name_sv = TextLine(
        _l("Namn"),
        [DataRequired(_l("Skriv vad mallen ska heta.")), Length(max=80)],
        description=_l("Bara ni ser det, till exempel Tack efter samtalet."),
    )
    subject_sv = subject_line(DataRequired(_l("Skriv ett ämne.")))
    body_sv = body_block(DataRequired(_l("Skriv en text.")))
    name_en = TextLine(_l("Namn"), [Length(max=80)])
    subject_en = subject_line()
    body_en = body_block()

    def validate_subject_en(self, field: Field) -> None:
        """With an English text goes an English subject."""
        if self.body_en.data and not field.data:
            raise ValidationError(_l("Skriv ett ämne, eller töm den engelska texten också."))

    def validate_body_en(self, field: Field) -> None:
        """With an English subject goes an English text."""
        if self.subject_en.data and not field.data:
            raise ValidationError(_l("Skriv en text, eller töm det engelska ämnet också."))

    def wording(self) -> Wording:
        """What was written."""
        return Wording(
            self.name_sv.data or "",
            self.name_en.data or "",
            Words(self.subject_sv.data or "", self.body_sv.data or ""),
            Words(self.subject_en.data or "", self.body_en.data or ""),
        )


def form_of(template: MailTemplate, version: MailTemplateVersion) -> TemplateForm:
    """The form filled with what a template says now, or with what was just typed."""
    facts = {name: getattr(version, name) for name in ("subject_sv", "body_sv", "subject_en", "body_en")}
    return TemplateForm(name_sv=template.name_sv, name_en=template.name_en, **facts)
