from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from app.core.forms import DashboardForm, SelectChoice, TicksField
from app.lists.exports import COLUMNS
from app.lists.models import ListOf


class FileForm(StrEnum):
    """What kind of file a list becomes."""

    CSV = "csv"
    EXCEL = "xlsx"


class ExportForm(DashboardForm):
    """Which columns, and which kind of file. What may tell of health is ticked apart, with a word about it."""

    columns = TicksField(_l("Kolumner"))
    health = TicksField(_l("Kan säga något om någons hälsa"))
    file = RadioField(
        _l("Fil"),
        choices=(SelectChoice(FileForm.EXCEL, _l("Excel")), SelectChoice(FileForm.CSV, _l("CSV, semikolon"))),
        coerce=FileForm,
        default=FileForm.EXCEL,
    )
    rows = HiddenField()

    def __init__(self, list_of: ListOf, **options: Any) -> None:
        super().__init__(**options)
        offered = COLUMNS[list_of].items()
        self.columns.choices = [SelectChoice(name, str(one.label)) for name, one in offered if not one.is_health]
        self.health.choices = [SelectChoice(name, str(one.label)) for name, one in offered if one.is_health]

    @property
    def names(self) -> list[str]:
        """The columns that were ticked."""
        return [*(self.columns.data or []), *(self.health.data or [])]
