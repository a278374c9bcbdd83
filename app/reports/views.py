"""The pages of the reports, one for each question, and every table of them as a file."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.queries import all_users
from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.language import local_day
from app.core.spreadsheets import csv_lines
from app.leads.queries import has_leads
from app.reports.answers import HowSoon, how_soon, how_soon_in_all, months_table, weekdays_table
from app.reports.cells import Money, before_words, cell_words, change_words
from app.reports.charts import bars
from app.reports.from_articles import FromArticles, articles_table, enquiries_of, from_articles, sales_of
from app.reports.funnel import funnel, funnel_table, standing
from app.reports.lost import lost, lost_count, lost_table
from app.reports.of_trials import OfTrials, audiences_table, of_trials, reasons_table, trial_articles_table
from app.reports.overview import overview
from app.reports.periods import Span
from app.reports.scope import Scope, address_of, scope_asked
from app.reports.sources import buttons_table, campaigns_table, sources, sources_table
from app.reports.tables import Table
from app.reports.touches import Touch

bp = Blueprint("reports", __name__, url_prefix="/reports")

MOST_BARS = 12
PAGES = (
    ("reports.index", _l("Översikt")),
    ("reports.funnel_page", _l("Tratt")),
    ("reports.articles", _l("Artiklar")),
    ("reports.answers", _l("Svarstid")),
    ("reports.sources_page", _l("Källor")),
    ("reports.lost_page", _l("Förlorade")),
    ("reports.trials", _l("Provperioder")),
)
FILES: dict[str, Callable[[Scope], Table | None]] = {
    "funnel": lambda scope: funnel_table(funnel(scope)),
    "articles": lambda scope: articles_table(_articles(scope)),
    "answers-by-weekday": lambda scope: _of_answers(scope, weekdays_table),
    "answers-by-month": lambda scope: _of_answers(scope, months_table),
    "sources": lambda scope: sources_table(sources(scope)),
    "campaigns": lambda scope: campaigns_table(sources(scope)),
    "buttons": lambda scope: buttons_table(sources(scope)),
    "lost": lambda scope: lost_table(lost(scope)),
    "trials-by-audience": lambda scope: audiences_table(_trials(scope)),
    "trials-by-article": lambda scope: trial_articles_table(_trials(scope)),
    "trial-reasons": lambda scope: reasons_table(_trials(scope)),
}
"""Each table that can be had as a file, by its name there; None where there is nothing to tell."""


@bp.get("/")
def index() -> ResponseReturnValue:
    scope = _scope()
    report = overview(scope, _today(), now())
    months = report.answers.by_month if report.answers else []
    return _page(
        "index",
        scope,
        report=report,
        before=report.before,
        month_bars=bars([(one.words, one.received) for one in months]),
        table=months_table(report.answers) if report.answers else None,
    )


@bp.get("/funnel")
def funnel_page() -> ResponseReturnValue:
    scope = _scope()
    report = funnel(scope)
    before = standing(scope.before) if scope.before else None
    return _page("funnel", scope, funnel=report, before=before, table=funnel_table(report))


@bp.get("/answers")
def answers() -> ResponseReturnValue:
    scope = _scope()
    report = how_soon(scope, now())
    return _page(
        "answers",
        scope,
        report=report,
        before=how_soon_in_all(scope.before, now()) if scope.before else None,
        weekday_bars=bars([(one.words, one.usual_wait) for one in report.by_weekday]) if report else [],
        month_bars=bars([(one.words, one.usual_wait) for one in report.by_month]) if report else [],
        tables=(weekdays_table(report), months_table(report)) if report else (),
    )


@bp.get("/sources")
def sources_page() -> ResponseReturnValue:
    scope = _scope()
    report = sources(scope)
    return _page(
        "sources",
        scope,
        report=report,
        before=standing(scope.before) if scope.before else None,
        charts=[
            (table, bars([(one.words, one.leads) for one in lines[:MOST_BARS]]))
            for table, lines in (
                (sources_table(report), report.by_source),
                (campaigns_table(report), report.by_campaign),
                (buttons_table(report), report.by_button),
            )
            if lines
        ],
    )


@bp.get("/lost")
def lost_page() -> ResponseReturnValue:
    scope = _scope()
    report = lost(scope)
    return _page(
        "lost",
        scope,
        report=report,
        before=lost_count(scope.before) if scope.before else None,
        reason_bars=bars(report.reasons[:MOST_BARS]),
        stage_bars=bars(report.stages),
        table=lost_table(report),
    )


@bp.get("/articles")
def articles() -> ResponseReturnValue:
    scope = _scope()
    report = _articles(scope)
    before = from_articles(scope.before, _touch()) if scope.before else None
    sold = [(title, Money(ore)) for title, ore in sales_of(report)[:MOST_BARS]]
    return _page(
        "articles",
        scope,
        articles=report,
        before=before,
        touch=_touch(),
        touches=Touch,
        enquiry_bars=bars(enquiries_of(report)[:MOST_BARS]),
        sale_bars=bars(sold),
        table=articles_table(report),
    )


@bp.get("/trials")
def trials() -> ResponseReturnValue:
    scope = _scope()
    report = _trials(scope)
    return _page(
        "trials",
        scope,
        trials=report,
        before=of_trials(scope.before, _today()) if scope.before else None,
        audience_bars=bars([(one.words, one.share) for one in report.by_audience[:MOST_BARS]], most=1),
        article_bars=bars([(one.words, one.share) for one in report.by_article[:MOST_BARS]], most=1),
        reason_bars=bars(report.reasons[:MOST_BARS]),
        tables=(audiences_table(report), trial_articles_table(report), reasons_table(report)),
    )


@bp.get("/<name>.csv")
def file(name: str) -> ResponseReturnValue:
    """A table as a file that spreadsheets of this part of the world open as it is."""
    scope = _scope()
    table = (FILES.get(name) or abort(404))(scope) or abort(404)
    return Response(
        b"".join(csv_lines(table.in_file())),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(name, scope)}"'},
    )


def _page(name: str, scope: Scope, **values: Any) -> str:
    """A report with what stands around it: which others there are, and for which days and whose leads it tells."""
    return render_template(
        f"reports/{name}.html",
        scope=scope,
        pages=PAGES,
        spans=[span for span in Span if span is not Span.DATES],
        asked=_asked(scope),
        is_beginning=_is_beginning(scope),
        users=all_users(),
        cell_words=cell_words,
        change_words=change_words,
        before_words=before_words,
        **values,
    )


def _is_beginning(scope: Scope) -> bool:
    """Whether an empty report is empty because nothing of the kind has happened yet, whichever days one chooses."""
    return (scope.period.span is Span.ALL and not scope.owner_id) or not has_leads()


def _asked(scope: Scope) -> dict[str, str]:
    """What the addresses of the other reports say, so that they tell of the same."""
    touch = {"touch": _touch()} if _touch() is not Touch.FIRST else {}
    return {**address_of(scope), **touch}


def _articles(scope: Scope) -> FromArticles:
    return from_articles(scope, _touch())


def _trials(scope: Scope) -> OfTrials:
    return of_trials(scope, _today())


def _of_answers(scope: Scope, table_of: Callable[[HowSoon], Table]) -> Table | None:
    report = how_soon(scope, now())
    return table_of(report) if report else None


def _touch() -> Touch:
    try:
        return Touch(request.args.get("touch") or Touch.FIRST)
    except ValueError:
        abort(404)


def _today() -> date:
    return local_day(now())


def _scope() -> Scope:
    try:
        return scope_asked(request.args, _today(), signed_in().id, [user.id for user in all_users()])
    except ValueError:
        abort(404)


def _file_name(name: str, scope: Scope) -> str:
    days = [day.isoformat() for day in (scope.period.first_on, scope.period.last_on) if day]
    return "-".join(["ledtrad", name, *days]) + ".csv"
