from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import NOT_PERSONAL


class ArticleFormat(StrEnum):
    """What the article was read from; `external` is an article that lives on another site."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    EXTERNAL = "external"


class Article(Model):
    """A page that enquiries come from: ours (`body_html`) or on another site (`external_url`)."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True, info=NOT_PERSONAL)
    title: Mapped[str] = mapped_column(String(300), info=NOT_PERSONAL)
    summary: Mapped[str] = mapped_column(String(320), default="", info=NOT_PERSONAL)
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    format: Mapped[ArticleFormat] = mapped_column(one_of(ArticleFormat))
    source: Mapped[str] = mapped_column(Text, default="", info=NOT_PERSONAL)
    """The text as it was given to us, so that it can be edited and read again."""
    body_html: Mapped[str] = mapped_column(Text, default="", info=NOT_PERSONAL)
    """Sanitised when imported; safe to show as it is."""
    external_url: Mapped[str | None] = mapped_column(String(2000), info=NOT_PERSONAL)
    published_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    reading_minutes: Mapped[int] = mapped_column(default=1)
    is_published: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
