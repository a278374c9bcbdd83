"""What visitors and the reseller see of articles."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.articles import queries, services
from app.articles.models import Article
from app.articles.reading import read_text
from app.core.db import db, writing
from app.enquiries.models import Enquiry, EnquiryState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn

TEXT = "Vila mer\n\n17 oktober 2025\n\nDet finns inget enklare.\n\n💡 Börja nu\n\nEn stund räcker."
SWEDISH = {"Accept-Language": "sv"}


def add_article(text: str = TEXT) -> Article:
    """An article that visitors can read."""
    with writing():
        return services.import_article(read_text(text), NOW).article


def add_enquiry(article: Article, number: int, state: EnquiryState = EnquiryState.OPEN) -> None:
    """An enquiry that came from the article."""
    db.session.add(
        Enquiry(
            reference=f"LT-{number:06}",
            nonce=f"nonce-{number}",
            state=state,
            received_at=NOW,
            article=article,
            name="Siv Lund",
            message="Hej",
        )
    )


def send_form(browser: SignedIn, path: str, data: dict[str, Any]) -> TestResponse:
    """Post as a form with a file does. (The test client itself would leave a large body behind as an open file.)"""
    boundary, body = encode_multipart(data)
    return browser.post(path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def words(html: str) -> str:
    """The page as it reads: no elements, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_list_shows_title_date_reading_time_and_beginning(client: FlaskClient) -> None:
    add_article()

    page = client.get("/articles/", headers=SWEDISH)

    assert "Artiklar Vila mer 17 oktober 2025 · 1 minuts läsning Det finns inget enklare. En stund räcker." in words(
        page.text
    )
    assert '<a href="/articles/vila-mer">Vila mer</a>' in page.text


def test_an_empty_list_says_what_will_be_here_and_what_to_do(client: FlaskClient) -> None:
    page = client.get("/articles/", headers=SWEDISH)

    assert "Här kommer artiklar att stå." in words(page.text)
    assert re.search(r'<a class="button " href="/contact\?wish=ask&amp;from=list">Ställ en fråga</a>', page.text)


def test_the_list_leaves_out_what_was_taken_down(client: FlaskClient) -> None:
    article = add_article()
    with writing():
        services.unpublish(article, NOW)

    assert "Vila mer" not in client.get("/articles/").text


def test_an_article_is_read_with_its_headings_and_the_ways_on(client: FlaskClient) -> None:
    add_article()

    page = client.get("/articles/vila-mer", headers=SWEDISH)

    assert page.status_code == 200
    assert "<h1>Vila mer</h1>" in page.text
    assert "<p>Det finns inget enklare.</p>\n<h2>💡 Börja nu</h2>\n<p>En stund räcker.</p>" in page.text
    ways = re.findall(r'href="(/articles/vila-mer/ask[^"]*)"', page.text)
    assert [unescape(way) for way in ways] == [
        "/articles/vila-mer/ask?wish=ask&from=top",
        "/articles/vila-mer/ask?wish=ask&from=end",
        "/articles/vila-mer/ask?wish=call&from=end",
        "/articles/vila-mer/ask?wish=book&from=end",
        "/articles/vila-mer/ask?wish=try&from=end",
    ]


def test_the_ways_on_carry_where_the_visitor_came_from(client: FlaskClient) -> None:
    add_article()

    page = client.get(
        "/articles/vila-mer?utm_source=brev&utm_campaign=host&from=old&other=x",
        headers=SWEDISH | {"Referer": "https://forum.example.com/t/1"},
    )

    first = unescape(re.findall(r'href="(/articles/vila-mer/ask[^"]*)"', page.text)[0])
    assert first == "/articles/vila-mer/ask?utm_source=brev&utm_campaign=host&from=top&ref=forum.example.com&wish=ask"


def test_a_page_tells_search_engines_what_it_is(client: FlaskClient) -> None:
    add_article()

    head = client.get("/articles/vila-mer?utm_source=x", headers=SWEDISH).text.split("</head>")[0]

    assert '<meta name="description" content="Det finns inget enklare. En stund räcker.">' in head
    assert '<link rel="canonical" href="https://ledtrad.example.se/articles/vila-mer">' in head
    assert '<meta property="og:url" content="https://ledtrad.example.se/articles/vila-mer">' in head
    assert '<meta property="article:published_time" content="2025-10-17">' in head


@pytest.mark.parametrize("path", ["/articles/", "/articles/vila-mer", "/articles/missing"])
def test_public_pages_set_no_cookie_and_load_only_their_own(client: FlaskClient, path: str) -> None:
    add_article()

    page = client.get(path)

    assert page.headers.getlist("Set-Cookie") == []
    loaded = re.findall(r'<(?:link rel="(?:stylesheet|icon)" href|script[^>]* src|img[^>]* src)="([^"]+)"', page.text)
    assert loaded == ["/static/public.css", "/static/ledtrad.svg"]
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_an_article_keeps_its_own_language_on_an_english_page(client: FlaskClient) -> None:
    add_article()

    page = client.get("/articles/vila-mer?lang=en")

    assert '<html lang="en">' in page.text
    assert '<article lang="sv">' in page.text
    assert "/articles/vila-mer/ask?wish=ask&amp;from=top&amp;lang=en" in page.text


@pytest.mark.parametrize("is_there", [False, True])
def test_what_is_missing_or_taken_down_does_not_exist(client: FlaskClient, is_there: bool) -> None:
    if is_there:
        article = add_article()
        with writing():
            services.unpublish(article, NOW)

    page = client.get("/articles/vila-mer", headers=SWEDISH)

    assert page.status_code == 404
    assert "Sidan finns inte" in words(page.text)


def test_an_article_of_another_site_leads_there_and_to_its_form(client: FlaskClient) -> None:
    with writing():
        services.add_external_article(services.external_article("Hos oss", "https://www.example.com/a", "sv"), NOW)

    page = client.get("/articles/hos-oss", headers=SWEDISH)

    assert 'href="https://www.example.com/a" rel="noopener noreferrer"' in page.text
    assert "Läs artikeln på example.com" in words(page.text)
    assert "/articles/hos-oss/ask?wish=try&amp;from=end" in page.text


@pytest.mark.parametrize("path", ["/articles/", "/articles/manage/"])
def test_lists_ask_the_database_as_often_for_thirty_as_for_one(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int], path: str
) -> None:
    add_enquiry_to(add_article("Rubrik\n\nText."), 99)
    with_one = queries_of(owner_client, path, count_queries)
    for number in range(29):
        add_enquiry_to(add_article(f"Rubrik {number}\n\nText."), number)

    with_thirty = queries_of(owner_client, path, count_queries)

    assert owner_client.get(path).text.count("Rubrik ") >= 29
    assert with_thirty == with_one


def queries_of(browser: SignedIn, path: str, count_queries: Callable[[], int]) -> int:
    """How many statements the page takes, when nothing has just been written."""
    browser.get(path)
    count_queries()
    browser.get(path)
    return count_queries()


def add_enquiry_to(article: Article, number: int) -> None:
    """An enquiry of the article's and an open lead, stored."""
    with writing():
        add_enquiry(article, number)
        add_lead(add_contact(f"Siv {number}")).article = article


def test_manage_shows_what_each_article_has_brought(owner_client: SignedIn) -> None:
    article, quiet = add_article(), add_article("Tyst artikel\n\nText.")
    with writing():
        for number, state in enumerate([EnquiryState.OPEN, EnquiryState.ANSWERED, EnquiryState.QUARANTINED]):
            add_enquiry(article, number, state)
        add_lead(add_contact()).article = article
        services.unpublish(quiet, NOW)

    text = words(owner_client.get("/articles/manage/").text)

    assert re.search(r"Vila mer 17 oktober 2025 · 2 förfrågningar, senast .{1,20} 1 öppen affär", text)
    assert "Tyst artikel Inga förfrågningar än Nedtagen" in text


def test_an_empty_manage_page_offers_the_first_step(owner_client: SignedIn) -> None:
    page = owner_client.get("/articles/manage/")

    assert "Här visas dina artiklar" in words(page.text)
    assert "Lägg till den första" in words(page.text)


def test_add_publishes_a_pasted_text(owner_client: SignedIn) -> None:
    answer = owner_client.post("/articles/manage/add", data={"text": TEXT.replace("\n", "\r\n")}, follow_redirects=True)

    assert "Artikeln är publicerad." in words(answer.text)
    assert [article.slug for article in queries.published()] == ["vila-mer"]


def test_add_publishes_a_file(owner_client: SignedIn) -> None:
    file = FileStorage(BytesIO("# Från en fil\n\nMed *kursiv* text.".encode()), "artikel.md")

    send_form(owner_client, "/articles/manage/add", {"text": "", "file": file})

    found = queries.published_by_slug("fran-en-fil")
    assert found is not None
    assert found.body_html == "<p>Med <em>kursiv</em> text.</p>"


@pytest.mark.parametrize(
    ("text", "file", "reason"),
    [
        ("", None, "Klistra in en text, eller välj en fil."),
        ("Bara rubrik", None, "Det finns ingen text under rubriken."),
        ("", b"\x89PNG\x00", "Filen är inte text utan något annat, till exempel en bild."),
        (TEXT, b"# Fil\n\nText", "Här finns både en text och en fil. Töm textrutan om det är filen som gäller."),
        ("", b"a" * (2 * 1024 * 1024 + 1), "Filen är större än 2 MB."),
    ],
)
def test_add_says_what_is_wrong_and_keeps_what_was_typed(
    owner_client: SignedIn, text: str, file: bytes | None, reason: str
) -> None:
    data: dict[str, Any] = {"text": text}
    if file is not None:
        data["file"] = FileStorage(BytesIO(file), "artikel.txt")

    page = send_form(owner_client, "/articles/manage/add", data)

    assert page.status_code == 422
    assert re.search(rf'<p class="field-error"[^>]*>.*{re.escape(reason)}', page.text)
    assert unescape(re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page.text, re.DOTALL)[0]).strip() == text
    assert queries.every() == []


def test_add_takes_a_text_as_long_as_a_file_may_be(owner_client: SignedIn) -> None:
    text = "Lång text\n\n" + "En mening till. " * 35_000

    answer = send_form(owner_client, "/articles/manage/add", {"text": text})

    assert answer.status_code == 303
    assert queries.published()[0].reading_minutes == 525


def test_adding_the_same_title_again_updates(owner_client: SignedIn) -> None:
    article = add_article()

    answer = owner_client.post("/articles/manage/add", data={"text": TEXT + " Mer."}, follow_redirects=True)

    assert "Artikeln fanns redan och är nu uppdaterad." in words(answer.text)
    assert [found.id for found in queries.every()] == [article.id]


def test_edit_shows_the_source_and_stores_the_change(owner_client: SignedIn) -> None:
    article = add_article()
    address = f"/articles/manage/{article.id}/edit"
    assert TEXT in unescape(owner_client.get(address).text)

    owner_client.post(address, data={"text": "Vila mest\n\nNy text.", "language": "en"})

    db.session.expire_all()
    changed = (article.slug, article.title, article.body_html, article.language)
    assert changed == ("vila-mer", "Vila mest", "<p>Ny text.</p>", "en")


def test_edit_refuses_an_empty_text_and_keeps_the_article(owner_client: SignedIn) -> None:
    article = add_article()

    page = owner_client.post(f"/articles/manage/{article.id}/edit", data={"text": " ", "language": "sv"})

    assert page.status_code == 422
    assert "Artikeln behöver en text." in page.text
    assert article.title == "Vila mer"


def test_an_external_article_is_added_and_corrected(owner_client: SignedIn) -> None:
    fields = {"title": "Hos oss", "address": "example.com/a", "language": "sv"}
    refused = owner_client.post("/articles/manage/add-external", data=fields)
    assert refused.status_code == 422
    assert 'value="example.com/a"' in refused.text
    assert "Skriv hela adressen, till exempel https://example.se/artikel." in refused.text

    owner_client.post("/articles/manage/add-external", data=fields | {"address": "https://example.com/a"})
    article = queries.every()[0]
    owner_client.post(f"/articles/manage/{article.id}/edit", data=fields | {"address": "https://example.com/b"})

    db.session.expire_all()
    assert (article.slug, article.external_url) == ("hos-oss", "https://example.com/b")


def test_an_external_article_with_a_taken_title_is_refused_beside_the_title(owner_client: SignedIn) -> None:
    add_article()

    fields = {"title": "Vila mer", "address": "https://example.com/a", "language": "sv"}
    page = owner_client.post("/articles/manage/add-external", data=fields)

    assert page.status_code == 422
    assert re.search(r'id="title-error">.*Det finns redan en artikel med den rubriken', page.text)


def test_the_article_page_gives_a_link_and_a_code_to_its_form(owner_client: SignedIn) -> None:
    article = add_article()

    page = owner_client.get(f"/articles/manage/{article.id}")
    picture = owner_client.get(f"/articles/manage/{article.id}/qr.svg")

    assert 'value="https://ledtrad.example.se/articles/vila-mer/ask?from=link"' in page.text
    assert f'src="/articles/manage/{article.id}/qr.svg"' in page.text
    assert picture.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(picture.data).tag.endswith("svg")


@pytest.mark.parametrize(("url", "is_warned"), [("http://127.0.0.1:8000", True), ("https://ledtrad.example.se", False)])
def test_the_article_page_warns_before_a_link_that_works_only_here(
    app: Flask, owner_client: SignedIn, url: str, is_warned: bool
) -> None:
    app.config["PUBLIC_URL"] = url

    page = owner_client.get(f"/articles/manage/{add_article().id}")

    assert ("Adressen fungerar bara på den här datorn." in page.text) is is_warned


def test_the_code_can_be_fetched_as_a_file(owner_client: SignedIn) -> None:
    article = add_article()

    answer = owner_client.get(f"/articles/manage/{article.id}/qr.svg?download=1")

    assert answer.headers["Content-Disposition"] == "attachment; filename=vila-mer.svg"


def test_taking_down_and_putting_up_again(owner_client: SignedIn, client: FlaskClient) -> None:
    article = add_article()

    page = owner_client.post(f"/articles/manage/{article.id}/unpublish", follow_redirects=True)
    assert "Artikeln är nedtagen." in words(page.text)
    assert client.get("/articles/vila-mer").status_code == 404

    page = owner_client.post(f"/articles/manage/{article.id}/publish", follow_redirects=True)
    assert "Artikeln är publicerad." in words(page.text)
    assert client.get("/articles/vila-mer").status_code == 200


@pytest.mark.parametrize("path", ["", "/edit", "/qr.svg"])
def test_pages_of_an_unknown_article_do_not_exist(owner_client: SignedIn, path: str) -> None:
    assert owner_client.get(f"/articles/manage/999{path}").status_code == 404
