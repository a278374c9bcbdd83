"""From article to sale: what each article has led to in a period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.words import sort_key
from app.reports.cells import Cell, Money
from app.reports.queries import (
    Counts,
    Sales,
    enquiries_by_article,
    purchases_by_article,
    talks_by_article,
    titles_of_articles,
    trials_by_article,
    wins_by_article,
)
from app.reports.scope import Scope
from app.reports.tables import Column, Table
from app.reports.touches import Touch


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """What one article has led to; `title` is None for what came from no article."""

    title: str | None
    enquiries: int = 0
    talks: int = 0
    trials: int = 0
    sales: int = 0
    sold_ore: int = 0
    """The prices of what was bought after a trial, and the values of what was won without one."""


@dataclass(frozen=True, slots=True)
class FromArticles:
    """The articles that led to something, the best first, what came from none last; and all together."""

    lines: Sequence[ArticleLine]
    total: ArticleLine


def from_articles(scope: Scope, touch: Touch = Touch.FIRST) -> FromArticles:
    """What came of the articles in a period, each thing on the day that it happened."""
    counts = [read(scope, touch) for read in (enquiries_by_article, talks_by_article, trials_by_article)]
    sold = [read(scope, touch) for read in (purchases_by_article, wins_by_article)]
    titles = titles_of_articles()
    keys = {key for found in (*counts, *sold) for key in found}
    lines = [_line(key, titles, counts, sold) for key in keys]
    return FromArticles(sorted(lines, key=_best_first), _total(lines))


def _line(
    key: int | None,
    titles: Mapping[int, str],
    counts: Sequence[Counts],
    sold: Sequence[Mapping[int | None, Sales]],
) -> ArticleLine:
    enquiries, talks, trials = (found.get(key, 0) for found in counts)
    sales = [found.get(key, Sales()) for found in sold]
    title = None if key is None else titles[key]
    return ArticleLine(title, enquiries, talks, trials, sum(one.count for one in sales), sum(one.ore for one in sales))


def _best_first(line: ArticleLine) -> tuple[object, ...]:
    return (line.title is None, -line.sales, -line.trials, -line.enquiries, sort_key(line.title or ""))


def _total(lines: Iterable[ArticleLine]) -> ArticleLine:
    columns = zip(
        *((line.enquiries, line.talks, line.trials, line.sales, line.sold_ore) for line in lines), strict=True
    )
    return ArticleLine(None, *map(sum, columns))


def enquiries_of(report: FromArticles) -> list[tuple[str, int]]:
    """How many enquiries came from each article that some came from, the most first."""
    return _most_first((line.title, line.enquiries) for line in report.lines)


def sales_of(report: FromArticles) -> list[tuple[str, int]]:
    """The same of what was sold, in öre."""
    return _most_first((line.title, line.sold_ore) for line in report.lines)


def _most_first(counts: Iterable[tuple[str | None, int]]) -> list[tuple[str, int]]:
    named = [(title, count) for title, count in counts if title and count]
    return sorted(named, key=lambda one: (-one[1], sort_key(one[0])))


def articles_table(report: FromArticles) -> Table:
    """An article a row, and all together."""
    headings = (_("Artikel"), _("Förfrågningar"), _("Samtal"), _("Provperioder"), _("Sålda"), _("Kronor"))
    rows = [(line.title or _("Ingen artikel"), *_numbers(line)) for line in report.lines]
    total = (_("Totalt"), *_numbers(report.total))
    return Table("articles", _("Från artikel till köp"), [Column(words) for words in headings], rows, total)


def _numbers(line: ArticleLine) -> tuple[Cell, ...]:
    return (line.enquiries, line.talks, line.trials, line.sales, Money(line.sold_ore))
