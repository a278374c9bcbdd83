"""Forms that change what is there: who saves over a change they have not seen is told of it first.

Such a form carries a mark of what it was filled with. Where something else stands there when it is sent, it comes back
as it was typed, with what stands there now beside each field, and the mark of that: sent once more, it is saved.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from wtforms import Field, HiddenField

from app.core.filters import moment_words
from app.core.forms import DashboardForm

LastChange = Callable[[], tuple[str, datetime] | None]
_KEY = "ledtrad.last_change"


def mark_of(*facts: object) -> str:
    """What a form carries of the row that it shows, so that it is known whether somebody changed it meanwhile."""
    return sha256("\n".join(map(repr, facts)).encode()).hexdigest()[:16]


class EditForm(DashboardForm):
    """A form that is filled with what is there. One that is sent without a mark is not compared."""

    seen = HiddenField()

    is_late = False
    """Whether somebody else was first, and who sent it has not seen that yet."""

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        is_typed = self.is_submitted() and "formdata" not in filled
        self._there: EditForm = type(self)(formdata=None, **filled) if is_typed else self
        if not is_typed:
            self.seen.data = self._mark()

    def facts(self) -> dict[str, Any]:
        """What was filled in, by the names of the fields."""
        return {name: value for name, value in super().facts().items() if name != "seen"}

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse, once, what would overwrite somebody's change."""
        is_right: bool = super().validate(extra_validators)
        seen, self.seen.data = self.seen.data, self._there._mark()
        if not seen or seen == self.seen.data:
            return is_right
        changed = [field for field in self if _words(field) != _words(self._there[field.name])]
        for field in changed:
            if field.name not in ("seen", "csrf_token"):
                field.errors = [*field.errors, _stands_there(self._there[field.name])]
                self.is_late = True
        if self.is_late:
            self.form_errors.append(_who_was_first())
        return is_right and not self.is_late

    def _mark(self) -> str:
        return mark_of(*sorted(self.facts().items()))


def _words(field: Any) -> str:
    """What a field says, as a person reads it."""
    if hasattr(field, "iter_choices"):
        return ", ".join(str(choice.label) for choice in field.iter_choices() if choice.selected)
    return str(field._value() or "").replace("\r\n", "\n")


def _stands_there(field: Field) -> str:
    words = _words(field)
    return str(_("Nu står här: %(words)s", words=words) if words else _("Nu är det tomt här."))


def _who_was_first() -> str:
    change = current_app.extensions[_KEY]()
    rest = _("Det du skrev är kvar. Spara en gång till om det är det som ska gälla.")
    if change is None:
        return " ".join((_("Det här ändrades medan du hade sidan öppen."), rest))
    name, at = change
    first = _("%(name)s ändrade det här %(when)s, medan du hade sidan öppen.", name=name, when=moment_words(at))
    return f"{first} {rest}"


def last_change_is_known_by(app: Flask, tell: LastChange) -> None:
    """Let `tell()` say who last sent the form under way about the same row, and when."""
    app.extensions[_KEY] = tell
