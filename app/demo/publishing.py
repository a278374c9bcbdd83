"""The articles of the demo, published shortly before the first letter that each of them brought."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from app.articles.dates import day_written_as
from app.articles.models import Article
from app.articles.reading import read_article
from app.articles.services import add_external_article, external_article, import_article

ARTICLES = Path(__file__).parent / "articles"
ELSEWHERE = {"hastbladet": ("Vila är också träning", "https://hastbladet.example.se/vila-ar-ocksa-traning")}
"""By the name that threads know it: an article on another site, its title and its address."""

LINES_ABOVE_THE_TEXT = 8


def publish_articles(first_letters: Mapping[str, datetime], now: datetime) -> dict[str, Article]:
    """Import every article, and give it by its file's name (or its name in `ELSEWHERE`)."""
    published: dict[str, Article] = {}
    for path in sorted(ARTICLES.iterdir()):
        at = _published_at(first_letters.get(path.stem, now))
        source = _dated(path.read_text(encoding="utf-8"), at.date())
        published[path.stem] = import_article(read_article(source.encode(), path.name), at).article
    for name, (title, address) in ELSEWHERE.items():
        at = _published_at(first_letters.get(name, now))
        published[name] = add_external_article(external_article(title, address, "sv"), at)
    return published


def _published_at(first_letter: datetime) -> datetime:
    return first_letter - timedelta(days=5)


def _dated(source: str, day: date) -> str:
    """The text with another day in its date line."""
    lines = source.split("\n")
    for number, line in enumerate(lines[:LINES_ABOVE_THE_TEXT]):
        if day_written_as(line):
            lines[number] = f"date: {day}" if line.startswith("date:") else day.isoformat()
            break
    return "\n".join(lines)
