from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.articles import queries
from app.articles.models import Article, ArticleFormat
from app.articles.reading import ParsedArticle, web_address
from app.articles.slugs import slug_of
from app.core.db import db
from app.core.errors import RuleBroken


class Outcome(StrEnum):
    """What an import came to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Imported:
    """An article that was imported, and what that changed."""

    article: Article
    outcome: Outcome


_READ = tuple(part.name for part in fields(ParsedArticle) if part.name != "slug")
"""What an article takes over from a text; the columns have the same names."""


def import_article(parsed: ParsedArticle, now: datetime) -> Imported:
    """Store the article, or update the one that has its slug; that one keeps its enquiries and stays up or down.

    Importing the same text again changes nothing.
    """
    article = queries.by_slug_to_change(parsed.slug)
    if article is None:
        created = _create(parsed, now)
        if created is not None:
            return Imported(created, Outcome.CREATED)
        article = queries.by_slug_to_change(parsed.slug)
        assert article is not None  # noqa: S101  (its slug is taken, we saw so within this transaction)
    return Imported(article, Outcome.UPDATED if _take_over(article, parsed, now) else Outcome.UNCHANGED)


def _create(parsed: ParsedArticle, now: datetime) -> Article | None:
    """The new article, or None when another process has just stored one with its slug."""
    article = Article(slug=parsed.slug, created_at=now, updated_at=now, is_published=True)
    for name in _READ:
        setattr(article, name, getattr(parsed, name))
    try:
        with db.session.begin_nested():
            db.session.add(article)
    except IntegrityError:
        return None
    return article


def _take_over(article: Article, parsed: ParsedArticle, now: datetime) -> bool:
    """Give the article what was read; whether that changed anything."""
    changed = [name for name in _READ if getattr(article, name) != getattr(parsed, name)]
    for name in changed:
        setattr(article, name, getattr(parsed, name))
    if changed:
        article.updated_at = now
    return bool(changed)


def edit_article(article: Article, parsed: ParsedArticle, language: str, now: datetime) -> None:
    """Give the article a new text. Its address stays, whatever its title is now, so that links and codes live on."""
    _take_over(article, replace(parsed, language=language), now)


def edit_external_article(article: Article, title: str, address: str, language: str, now: datetime) -> None:
    """Correct where an article of another site lives. Refuses what is no web address; our own address of it stays."""
    parsed = external_article(title, address, language)
    article.title, article.external_url, article.language = parsed.title, parsed.external_url, parsed.language
    article.updated_at = now


def external_article(title: str, address: str, language: str) -> ParsedArticle:
    """An article that lives on another site. Refuses what is no web address."""
    if web_address(address) is None:
        raise RuleBroken(_l("Skriv hela adressen, till exempel https://example.se/artikel."))
    return ParsedArticle(
        title=title,
        slug=slug_of(title),
        published_on=None,
        language=language,
        format=ArticleFormat.EXTERNAL,
        source="",
        body_html="",
        summary="",
        reading_minutes=1,
        external_url=address,
    )


def add_external_article(parsed: ParsedArticle, now: datetime) -> Article:
    """Store an article of another site. Refuses a title that one of the articles has already."""
    if queries.by_slug_to_change(parsed.slug) is not None:
        raise RuleBroken(_l("Det finns redan en artikel med den rubriken. Ändra den, eller välj en annan rubrik."))
    return import_article(parsed, now).article


def unpublish(article: Article, now: datetime) -> None:
    """Take the article down. Its enquiries stay; who opens its address is told that it does not exist."""
    if article.is_published:
        article.is_published, article.updated_at = False, now


def publish(article: Article, now: datetime) -> None:
    """Put the article up again, at the address it had."""
    if not article.is_published:
        article.is_published, article.updated_at = True, now
