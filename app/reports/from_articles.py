"""From article to sale: what each article has led to in a period."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.words import sort_key
from app.reports.periods import Period
from app.reports.queries import (
    enquiries_by_article,
    purchases_by_article,
    talks_by_article,
    titles_of_articles,
    trials_by_article,
    wins_by_article,
)


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """What one article has led to; `title` is None for what came from no article."""

    title: str | None
    enquiries: int = 0
    talks: int = 0
    trials: int = 0
    sales: int = 0
    sold_ore: int = 0
    """For what was sold after a trial; other sales have no price here."""


@dataclass(frozen=True, slots=True)
class FromArticles:
    """The articles that led to something, the best first, what came from none last; and all together."""

    lines: Sequence[ArticleLine]
    total: ArticleLine


def from_articles(period: Period) -> FromArticles:
    """What came of the articles in a period. First touch counts: the article that a lead first came from."""
    counts = [read(period) for read in (enquiries_by_article, talks_by_article, trials_by_article, wins_by_article)]
    purchases, titles = purchases_by_article(period), titles_of_articles()
    keys = {key for found in (*counts, purchases) for key in found}
    lines = [_line(key, titles, counts, purchases) for key in keys]
    return FromArticles(sorted(lines, key=_best_first), _total(lines))


def _line(
    key: int | None,
    titles: Mapping[int, str],
    counts: Sequence[Mapping[int | None, int]],
    purchases: Mapping[int | None, tuple[int, int]],
) -> ArticleLine:
    enquiries, talks, trials, wins = (found.get(key, 0) for found in counts)
    bought, ore = purchases.get(key, (0, 0))
    return ArticleLine(None if key is None else titles[key], enquiries, talks, trials, wins + bought, ore)


def _best_first(line: ArticleLine) -> tuple[object, ...]:
    return (line.title is None, -line.sales, -line.trials, -line.enquiries, sort_key(line.title or ""))


def _total(lines: Iterable[ArticleLine]) -> ArticleLine:
    columns = zip(
        *((line.enquiries, line.talks, line.trials, line.sales, line.sold_ore) for line in lines), strict=True
    )
    return ArticleLine(None, *map(sum, columns))


def enquiries_of(report: FromArticles) -> list[tuple[str, int]]:
    """How many enquiries came from each article that some came from, the most first."""
    asked = [(line.title, line.enquiries) for line in report.lines if line.title and line.enquiries]
    return sorted(asked, key=lambda one: (-one[1], sort_key(one[0])))


def table_of(report: FromArticles) -> Iterator[Sequence[str | int]]:
    """The report as rows of a file, its headings first; whole kronor."""
    yield (_("Artikel"), _("Förfrågningar"), _("Samtal"), _("Provperioder"), _("Köp"), _("Kronor"))
    for line in report.lines:
        yield (line.title or _("Ingen artikel"), *_numbers(line))
    yield (_("Totalt"), *_numbers(report.total))


def _numbers(line: ArticleLine) -> tuple[int, ...]:
    return (line.enquiries, line.talks, line.trials, line.sales, round(line.sold_ore / 100))
