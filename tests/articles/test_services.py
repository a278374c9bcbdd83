from datetime import timedelta

import pytest
from flask import Flask

from app.articles import queries, services
from app.articles.models import Article, ArticleFormat
from app.articles.reading import read_text
from app.articles.services import Outcome
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

TEXT = "Vila mer\n\n17 oktober 2025\n\nDet finns inget enklare, och det finns inget svårare."
LATER = NOW + timedelta(days=3)


def columns(article: Article) -> dict[str, object]:
    """Every value that the row holds, as it is in the database."""
    db.session.expire_all()
    return {column.name: getattr(article, column.name) for column in Article.__table__.columns}


def test_import_article_stores_a_new_one_for_everybody_to_read(app: Flask) -> None:
    with writing():
        imported = services.import_article(read_text(TEXT), NOW)

    assert imported.outcome is Outcome.CREATED
    assert columns(imported.article) == {
        "id": imported.article.id,
        "slug": "vila-mer",
        "title": "Vila mer",
        "summary": "Det finns inget enklare, och det finns inget svårare.",
        "language": "sv",
        "format": ArticleFormat.TEXT,
        "source": TEXT,
        "body_html": "<p>Det finns inget enklare, och det finns inget svårare.</p>",
        "external_url": None,
        "published_on": read_text(TEXT).published_on,
        "reading_minutes": 1,
        "is_published": True,
        "created_at": NOW,
        "updated_at": NOW,
    }
    assert queries.published() == [imported.article]


def test_import_article_again_updates_it_and_keeps_what_it_brought(app: Flask) -> None:
    with writing():
        first = services.import_article(read_text(TEXT), NOW).article
        lead = add_lead(add_contact())
        lead.article = first

    with writing():
        again = services.import_article(read_text(TEXT + "\n\nOch så en rad till."), LATER)

    assert (again.outcome, again.article.id) == (Outcome.UPDATED, first.id)
    assert (again.article.created_at, again.article.updated_at) == (NOW, LATER)
    assert again.article.body_html.endswith("<p>Och så en rad till.</p>")
    assert lead.article == first


def test_import_article_with_the_same_text_changes_nothing(app: Flask) -> None:
    with writing():
        before = columns(services.import_article(read_text(TEXT), NOW).article)

    with writing():
        again = services.import_article(read_text(TEXT), LATER)

    assert again.outcome is Outcome.UNCHANGED
    assert columns(again.article) == before


def test_import_article_leaves_a_taken_down_article_down(app: Flask) -> None:
    with writing():
        article = services.import_article(read_text(TEXT), NOW).article
        services.unpublish(article, NOW)

    with writing():
        services.import_article(read_text(TEXT + " Ny."), LATER)

    assert (article.is_published, article.summary[-3:]) == (False, "Ny.")
    assert queries.published() == []
    assert queries.published_by_slug("vila-mer") is None
    assert queries.every() == [article]


def test_unpublish_and_publish_twice_are_one_change(app: Flask) -> None:
    with writing():
        article = services.import_article(read_text(TEXT), NOW).article

    for change, is_published in ((services.unpublish, False), (services.publish, True)):
        for moment in (LATER, LATER + timedelta(days=1)):
            with writing():
                change(article, moment)
        assert (article.is_published, article.updated_at) == (is_published, LATER)


def test_edit_article_keeps_the_address_when_the_title_changes(app: Flask) -> None:
    with writing():
        article = services.import_article(read_text(TEXT), NOW).article

    with writing():
        services.edit_article(article, read_text("Vila mindre\n\nEller inte."), "en", LATER)

    assert (article.slug, article.title, article.language) == ("vila-mer", "Vila mindre", "en")
    assert (article.body_html, article.published_on, article.updated_at) == ("<p>Eller inte.</p>", None, LATER)


def test_an_external_article_is_a_title_and_an_address(app: Flask) -> None:
    with writing():
        parsed = services.external_article("Hos oss", "https://example.se/blogg/1", "sv")
        article = services.add_external_article(parsed, NOW)

    found = (article.slug, article.format, article.external_url, article.body_html)
    assert found == ("hos-oss", ArticleFormat.EXTERNAL, "https://example.se/blogg/1", "")


def test_add_external_article_refuses_a_title_that_is_taken(app: Flask) -> None:
    with writing():
        services.import_article(read_text(TEXT), NOW)

    with pytest.raises(RuleBroken, match="Det finns redan en artikel med den rubriken"), writing():
        services.add_external_article(services.external_article("Vila mer!", "https://example.se/", "sv"), NOW)

    assert [article.external_url for article in queries.every()] == [None]


@pytest.mark.parametrize(
    "address", ["", "example.se", "javascript:alert(1)", "https://", "https://a b.se", "ftp://a.se"]
)
def test_an_external_article_needs_a_whole_web_address(app: Flask, address: str) -> None:
    with pytest.raises(RuleBroken, match="Skriv hela adressen"):
        services.external_article("Hos oss", address, "sv")


def test_edit_external_article_refuses_a_bad_address_and_keeps_the_good_one(app: Flask) -> None:
    with writing():
        article = services.add_external_article(services.external_article("Hos oss", "https://example.se/1", "sv"), NOW)
    with writing():
        services.edit_external_article(article, "Hemma hos oss", "https://example.se/2", "en", LATER)

    with pytest.raises(RuleBroken), writing():
        services.edit_external_article(article, "Hemma hos oss", "nej", "en", LATER)

    assert (article.slug, article.title, article.external_url) == ("hos-oss", "Hemma hos oss", "https://example.se/2")


def test_published_has_the_latest_first_and_the_undated_last(app: Flask) -> None:
    with writing():
        for title, day in (("Äldst", "2024-01-01"), ("Odaterad", ""), ("Nyast", "2026-01-01")):
            services.import_article(read_text(f"{title}\n\n{day}\n\nText."), NOW)

    assert [article.title for article in queries.published()] == ["Nyast", "Äldst", "Odaterad"]
