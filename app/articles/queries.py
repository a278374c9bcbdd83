from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import defer

from app.articles.models import Article
from app.core.db import db

_WITHOUT_TEXT = (defer(Article.source, raiseload=True), defer(Article.body_html, raiseload=True))


def published() -> Sequence[Article]:
    """What visitors can read, the latest first and those without a date last; without the texts themselves."""
    query = sa.select(Article).where(Article.is_published).options(*_WITHOUT_TEXT)
    return db.session.scalars(query.order_by(Article.published_on.desc().nulls_last(), Article.id.desc())).all()


def published_by_slug(slug: str) -> Article | None:
    """The article of an address, unless it has been taken down."""
    return db.session.scalar(sa.select(Article).where(Article.slug == slug, Article.is_published))


_EVERY = (
    sa.select(Article).options(*_WITHOUT_TEXT).order_by(Article.published_on.desc().nulls_last(), Article.id.desc())
)


def every() -> Sequence[Article]:
    """Published and taken down, in the order of `published`; without the texts themselves."""
    return db.session.scalars(_EVERY).all()


def by_id(article_id: int) -> Article | None:
    """One article, whether published or not."""
    return db.session.get(Article, article_id)


def by_slug_to_change(slug: str) -> Article | None:
    """The article of an address, published or not, locked until the write ends."""
    return db.session.scalar(sa.select(Article).where(Article.slug == slug).with_for_update())
