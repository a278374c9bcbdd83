import csv
import io
from datetime import date

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.language import local_day
from app.reports.charts import Bar, bars
from app.reports.from_articles import enquiries_of, from_articles, table_of
from app.reports.of_trials import Outcome, of_trials
from app.reports.periods import Period, Span, address_of, period_asked

bp = Blueprint("reports", __name__, url_prefix="/reports")

MOST_BARS = 12


@bp.get("/")
def index() -> ResponseReturnValue:
    today = local_day(now())
    period = _period(today)
    articles, trials = from_articles(period), of_trials(period, today)
    return render_template(
        "reports/index.html",
        period=period,
        spans=[span for span in Span if span is not Span.DATES],
        asked=address_of(period),
        articles=articles,
        article_bars=bars(enquiries_of(articles)[:MOST_BARS]),
        trials=trials,
        reason_bars=bars(trials.reasons[:MOST_BARS]),
        outcome_bars=outcome_bars,
    )


@bp.get("/articles.csv")
def articles_file() -> ResponseReturnValue:
    """The table of articles as a file that spreadsheets of this part of the world open as it is."""
    period = _period(local_day(now()))
    content = io.StringIO()
    csv.writer(content, delimiter=";", lineterminator="\r\n").writerows(
        [_harmless(value) for value in row] for row in table_of(from_articles(period))
    )
    return Response(
        content.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(period)}"'},
    )


def outcome_bars(outcomes: list[Outcome]) -> list[Bar]:
    """The part that was bought of each sort, as bars of one scale."""
    return [Bar(one.words, round(100 * one.share), one) for one in outcomes[:MOST_BARS]]


def _period(today: date) -> Period:
    try:
        return period_asked(request.args, today)
    except ValueError:
        abort(404)


def _harmless(value: str | int) -> str | int:
    """Text that a spreadsheet would take for a formula, made text by an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def _file_name(period: Period) -> str:
    days = [day.isoformat() for day in (period.first_on, period.last_on) if day]
    return "-".join(["ledtrad", "articles", *days]) + ".csv"
