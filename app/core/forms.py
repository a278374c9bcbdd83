"""Form rules that several forms share, and the guard against forged dashboard forms."""

import re
from typing import Any

from flask import Flask, Request, request
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import (
    DateField,
    Field,
    Form,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]  # types lag behind 3.3
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from app.core.language import LANGUAGES
from app.core.mail_addresses import normalised
from app.core.money import MOST_ORE, amount_words, ore_of
from app.core.words import composed, has_stacked_marks

csrf = CSRFProtect()
"""Guards every POST. A public form is exempt (`csrf.exempt`) and carries a token of its own (`core/form_tokens.py`)."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters (Cc) but line breaks and tabs, and surrogates (Cs)."""
_BEYOND_ASCII = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Percent-encoded bytes (RFC 3986 2.1) of which letters beyond ASCII are made, as many as stand in a row."""
_FOCUS = "ledtrad.focus"
"""Kept with the request once something on its page has the focus."""

LANGUAGE_CHOICES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]


class DashboardForm(FlaskForm):
    """A form behind sign-in; carries the CSRF token."""

    def facts(self) -> dict[str, Any]:
        """What was filled in, by the names of the fields."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


class PublicForm(Form):
    """A form for strangers: no session, no cookie."""


def clean_text(text: str | None) -> str | None:
    """Typed text with one kind of line break, composed letters (NFC) and no blank ends; None stays None."""
    if text is None:
        return None
    return composed(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class Storable:
    """Refuses what no database or mail can carry: control characters, lone surrogates, letters under 30 marks."""

    def __call__(self, form: Any, field: Field) -> None:
        text = field.data
        if isinstance(text, str) and not is_storable(text):
            raise ValidationError(_l("Här finns tecken som inte kan sparas. Ta bort dem och försök igen."))


def is_storable(text: str) -> bool:
    """Whether the text is valid Unicode without stacked marks and control characters, line breaks and tabs excepted."""
    return _UNSTORABLE.search(text) is None and not has_stacked_marks(text)


def has_broken_bytes(request: Request) -> bool:
    """Whether a urlencoded body is no UTF-8, which the parser would hand on as text. Ask before `request.form`."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return False
    try:
        beyond_ascii = _BEYOND_ASCII.findall(request.get_data(cache=True).decode())
        bytes.fromhex("20".join(beyond_ascii).replace("%", "")).decode()  # a space ends each row of them
    except UnicodeDecodeError:
        return True
    return False


class OneLine:
    """Refuses line breaks, so that what becomes a header or a heading stays one line."""

    def __call__(self, form: Any, field: Field) -> None:
        if isinstance(field.data, str) and "\n" in field.data:
            raise ValidationError(_l("Skriv på en rad."))


class MailAddress:
    """Refuses what is no e-mail address. Where nothing is filled in it says nothing."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.data and normalised(field.data) is None:
            raise ValidationError(_l("Det där är ingen e-postadress. Skriv den som namn@exempel.se."))


class TextLine(StringField):
    """One line of cleaned text."""

    def __init__(self, label: Any = None, validators: Any = (), **options: Any) -> None:
        super().__init__(label, (*validators, Storable(), OneLine()), filters=(clean_text,), **options)


class TextBlock(TextAreaField):
    """Several lines of cleaned text."""

    def __init__(self, label: Any = None, validators: Any = (), **options: Any) -> None:
        super().__init__(label, (*validators, Storable()), filters=(clean_text,), **options)


class ClockTime(TimeField):
    """A time of day, refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Skriv ett klockslag, till exempel 17.00.")) from None


class Day(DateField):
    """A day, refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Skriv ett datum, till exempel 2026-07-13.")) from None


class Kronor(IntegerField):
    """An amount as people write it; its `data` is in öre."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).strip()
        try:
            self.data = ore_of(typed) if typed else None
        except ValueError:
            self.data = None
            raise ValueError(_l("Skriv ett belopp i kronor, till exempel 12 500 eller 49,50.")) from None
        if self.data is not None and self.data > MOST_ORE:
            raise ValueError(_l("Skriv högst 20 000 000 kronor."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else amount_words(self.data)


class TicksField(SelectMultipleField):
    """Several of a few choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def takes_focus() -> str:
    """The attribute by which what is wrong has the focus when its page opens; empty for all but the first on a page."""
    is_first = _FOCUS not in request.environ
    request.environ[_FOCUS] = True
    return "autofocus" if is_first else ""


def wrong_as(errors: Any, told_in: str) -> dict[str, str]:
    """The attributes of a field whose errors stand in the element of that id; none where it has no errors."""
    if not errors:
        return {}
    focus = takes_focus()
    return {"aria-invalid": "true", "aria-describedby": told_in, **({focus: ""} if focus else {})}


def init_app(app: Flask) -> None:
    """Guard dashboard forms. A CSRF token lives as long as its session."""
    app.add_template_global(takes_focus)
    app.add_template_global(wrong_as)
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
