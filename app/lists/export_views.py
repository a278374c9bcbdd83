"""A list as a file: which columns, and then the file itself, row by row."""

from collections.abc import Collection

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.language import local_day
from app.core.routes import row_number
from app.core.spreadsheets import csv_lines, pieces_of, workbook
from app.lists.change_views import list_address
from app.lists.export_forms import ExportForm, FileForm
from app.lists.exports import COLUMNS, MOST_EXPORTED, table_of
from app.lists.models import ListOf
from app.lists.selection import rows_asked, tidied
from app.lists.views import bp

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/<list_of>/export", methods=["GET", "POST"])
def export(list_of: str) -> ResponseReturnValue:
    """Choose the columns: of the rows that were ticked, or (asked for by its address) of all that the list shows."""
    of = _list(list_of)
    ticked = sorted(set(request.form.getlist("row", type=row_number)))
    rows = "" if "all" in request.form or request.method == "GET" else ",".join(map(str, ticked))
    usual = [name for name, column in COLUMNS[of].items() if not column.is_health]
    form = ExportForm(of, formdata=None, data={"columns": usual, "rows": rows})
    return _ask(of, form, tidied(request.values.get("asked", "")))


@bp.post("/<list_of>/file")
def file(list_of: str) -> ResponseReturnValue:
    """The file. Refused without a column."""
    of, asked = _list(list_of), tidied(request.form.get("asked", ""))
    form = ExportForm(of)
    if form.validate() and not form.names:
        form.columns.errors = [_("Välj minst en kolumn.")]
    if form.errors or not form.names:
        return _ask(of, form, asked), 422
    table = table_of(of, _rows(of, form, asked), form.names)
    name = f"ledtrad-{of}-{local_day(now()).isoformat()}.{form.file.data}"
    content = csv_lines(table) if form.file.data is FileForm.CSV else pieces_of(workbook(table))
    return Response(
        stream_with_context(content),
        mimetype="text/csv" if form.file.data is FileForm.CSV else EXCEL,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _ask(of: ListOf, form: ExportForm, asked: str) -> str:
    return render_template(
        "lists/export.html",
        list_of=of,
        form=form,
        asked=asked,
        count=len(_rows(of, form, asked)),
        back=list_address(of, asked),
        most=MOST_EXPORTED,
    )


def _rows(of: ListOf, form: ExportForm, asked: str) -> Collection[int]:
    if form.rows.data:
        return {row_number(word) for word in form.rows.data.split(",") if word.isdecimal() and len(word) < 10}
    return rows_asked(of, asked, signed_in().id, now(), MOST_EXPORTED)


def _list(word: str) -> ListOf:
    return ListOf(word) if word in list(ListOf) else abort(404)
