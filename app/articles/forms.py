from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, ValidationError
from wtforms.validators import DataRequired, Length

from app.articles.models import ArticleFormat
from app.articles.reading import LONGEST_TITLE, ParsedArticle, Unreadable, read_article, read_text, web_address
from app.core.edit_forms import EditForm
from app.core.forms import LANGUAGE_CHOICES, DashboardForm, TextBlock, TextLine


def _language_field() -> SelectField:
    return SelectField(_l("Språk"), choices=LANGUAGE_CHOICES)


class AddArticleForm(DashboardForm):
    """A pasted text or a file. What was read is in `parsed` once the form is valid."""

    text = TextBlock(
        _l("Artikelns text"),
        description=_l(
            "Klistra in hela artikeln. Första raden blir rubrik, och ett datum får stå på raden under. "
            "Tomma rader, punktlistor, emojier och länkar tas om hand."
        ),
    )
    file = FileField(_l("Eller en fil"), description=_l("Text, Markdown eller HTML, högst 2 MB."))

    parsed: ParsedArticle

    def validate_text(self, field: TextBlock) -> None:
        """Read the pasted text, unless there is a file instead."""
        if self.file.data and not field.data:
            return
        if not field.data:
            raise ValidationError(_l("Klistra in en text, eller välj en fil."))
        try:
            self.parsed = read_text(field.data)
        except Unreadable as refusal:
            raise ValidationError(refusal.sentence) from None

    def validate_file(self, field: FileField) -> None:
        """Read the file, unless there is a pasted text as well: then say that only one of them can be the article."""
        if not field.data:
            return
        if self.text.data:
            raise ValidationError(_l("Här finns både en text och en fil. Töm textrutan om det är filen som gäller."))
        try:
            self.parsed = read_article(field.data.read(), field.data.filename)
        except Unreadable as refusal:
            raise ValidationError(refusal.sentence) from None


class EditArticleForm(EditForm):
    """The text of one of our own articles. What was read is in `parsed` once the form is valid."""

    text = TextBlock(_l("Artikelns text"), [DataRequired(_l("Artikeln behöver en text."))])
    language = _language_field()

    format = ArticleFormat.TEXT
    """How to read the text: as it was read the first time."""
    parsed: ParsedArticle

    def validate_text(self, field: TextBlock) -> None:
        """Read the text."""
        try:
            self.parsed = read_text(field.data or "", self.format)
        except Unreadable as refusal:
            raise ValidationError(refusal.sentence) from None


class ExternalArticleForm(EditForm):
    """An article on another site: its title and its address."""

    title = TextLine(
        _l("Rubrik"),
        [DataRequired(_l("Skriv artikelns rubrik.")), Length(max=LONGEST_TITLE, message=_l("Högst %(max)d tecken."))],
        description=_l("Till exempel Sömn efter träning. Den som skriver till er ser den."),
    )
    address = TextLine(
        _l("Adress"),
        [DataRequired(_l("Skriv artikelns adress."))],
        description=_l("Hela adressen till sidan, med https:// först."),
    )
    language = _language_field()

    def validate_address(self, field: TextLine) -> None:
        """Refuse what is no whole web address."""
        if web_address(field.data or "") is None:
            raise ValidationError(_l("Skriv hela adressen, till exempel https://example.se/artikel."))
