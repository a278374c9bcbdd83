"""Whole articles in every layout, and what is refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.articles.models import ArticleFormat
from app.articles.reading import LARGEST_BYTES, ParsedArticle, Unreadable, read_article, read_text
from app.articles.safe_html import clean

LAYOUTS = Path(__file__).parent / "layouts"
SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "article-traning-ms.txt"

EVENING = "Kvällsrutiner som håller – även en trött tisdag"
HEADS = {
    "spaced.txt": (
        "Kvällsrutiner som håller – även en trött tisdag",
        "kvallsrutiner-som-haller-aven-en-trott-tisdag",
        date(2025, 10, 17),
    ),
    "tight.txt": (
        "När hästen har stått i transporten hela dagen",
        "nar-hasten-har-statt-i-transporten-hela-dagen",
        date(2026, 3, 3),
    ),
    "lone_marks.txt": ("Stel efter en dag vid skärmen", "stel-efter-en-dag-vid-skarmen", date(2026, 2, 14)),
    "wrapped.txt": ("Vila är inte samma sak som att ligga still", "vila-ar-inte-samma-sak-som-att-ligga-still", None),
    "windows_1252.txt": (
        "Å, ä och ö – också från en gammal dator",
        "a-a-och-o-ocksa-fran-en-gammal-dator",
        date(2025, 11, 9),
    ),
    "markdown.md": ("Den äldre hästen om vintern", "aldre-hast-vinter", date(2026, 1, 9)),
    "page.html": ("Tio minuter om dagen", "tio-minuter-om-dagen", date(2026, 1, 5)),
}


@pytest.mark.parametrize("name", HEADS)
def test_an_article_is_read_whole_in_every_layout(name: str) -> None:
    path = LAYOUTS / name

    article = read_article(path.read_bytes(), name)

    assert (article.title, article.slug, article.published_on) == HEADS[name]
    assert article.body_html + "\n" == path.with_name(f"{path.stem}.expected.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("spaced.txt", "text"), ("markdown.md", "markdown"), ("page.html", "html"), ("wrapped.txt", "text")],
)
def test_pasted_text_shows_its_own_format(name: str, kind: str) -> None:
    text = (LAYOUTS / name).read_text("utf-8")

    article = read_text(text)

    assert article == replace(read_article(text.encode(), name), format=ArticleFormat(kind))


def test_reading_the_source_again_gives_the_same_article() -> None:
    first = read_article((LAYOUTS / "tight.txt").read_bytes().replace(b"\n", b"\r\n"), "tight.txt")

    again = read_text(first.source, first.format)

    assert again == first


def test_summary_and_reading_time_come_from_the_text() -> None:
    article = read_text("Rubrik\n\n" + "Ett ord till. " * 210)

    assert article.summary.startswith("Ett ord till. Ett ord till.")
    assert len(article.summary) <= 180
    assert article.summary.endswith("…")
    assert article.reading_minutes == 3


def test_front_matter_with_an_address_is_an_article_on_another_site() -> None:
    article = read_text("---\ntitle: Hos oss\nurl: https://example.se/blogg/hos-oss\nlanguage: en-GB\n---\n")

    assert article == ParsedArticle(
        title="Hos oss",
        slug="hos-oss",
        published_on=None,
        language="en",
        format=ArticleFormat.EXTERNAL,
        source="---\ntitle: Hos oss\nurl: https://example.se/blogg/hos-oss\nlanguage: en-GB\n---",
        body_html="",
        summary="",
        reading_minutes=1,
        external_url="https://example.se/blogg/hos-oss",
    )


def test_a_first_line_too_long_for_a_title_is_not_lost() -> None:
    article = read_text("ordet " * 60 + "\n\nSlut på texten.")

    assert article.title == "ordet " * 32 + "ordet…"
    assert article.body_html == f"<p>{('ordet ' * 60).strip()}</p>\n<p>Slut på texten.</p>"


NEITHER = "Texten är varken i UTF-8 eller Windows-1252. Spara filen som UTF-8 och försök igen."
NOT_TEXT = "Filen är inte text utan något annat, till exempel en bild."
A_DOCUMENT = "Filen är ett dokument, inte text. Kopiera texten ur det och klistra in den i stället."
TOO_LARGE = "Filen är större än 2 MB. Dela upp den, eller ta bort det som inte är text."
TOO_MANY = "Sidan har för många delar för att vara en artikel. Spara bara själva texten."

BAD = {
    "nothing": (b"", "Filen är tom."),
    "only blanks": (b" \n\t\r\n ", "Filen är tom."),
    "only invisible characters": ("\u200b\ufeff\u00a0\n".encode(), "Det finns ingen text."),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", NOT_TEXT),
    "control characters": (b"Rubrik\n\nText \x07\x08", NOT_TEXT),
    "a document": (
        b"%PDF-1.7\n%abc",
        A_DOCUMENT,
    ),
    "bytes that no table has": (
        b"Rubrik\n\n\x81\x8d\x8f\x90\x9d",
        NEITHER,
    ),
    "UTF-16": (
        "Rubrik\n\nText å".encode("utf-16"),
        NEITHER,
    ),
    "Japanese": (
        "見出し\n\n文章です".encode("shift_jis"),
        NEITHER,
    ),
    "broken UTF-8": (
        "Rubrik på svenska\n\nåäö åäö".encode() + b"\xc3",
        NEITHER,
    ),
    "a title alone": (b"Bara en rubrik\n2025-01-01\n", "Det finns ingen text under rubriken."),
    "too large": (
        b"a\n" * (LARGEST_BYTES // 2 + 1),
        TOO_LARGE,
    ),
    "too many parts": (
        b"a\n\n" * 25_000,
        TOO_MANY,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_reason(name: str) -> None:
    data, reason = BAD[name]

    with pytest.raises(Unreadable) as refused:
        read_article(data, "artikel.txt")

    assert str(refused.value) == reason


MARKS = [
    "• ",
    "- ",
    "✅ ",
    "1️⃣ ",
    "💡 ",
    "1. ",
    "# ",
    "**",
    "`",
    "---\n",
    "title: x\n",
    "[a](b)",
    "www.",
    "https://example.se/a?b&c",
]
ELEMENTS = [
    "<p>",
    "</p>",
    "<a href='https://example.se'>",
    "</a>",
    "<b>",
    "<ul><li>",
    "<h1>",
    "</h1>",
    "<table><tr><td>",
    "<br>",
]
TRAPS = [
    "<svg><p>",
    "<math><mi><p>",
    "<style>",
    "<article>",
    "</article>",
    "<time>",
    "&lt;",
    "&",
    "\u202e",
    "\t",
    "\u00a0",
]
WORDS = ["Rubrik", "En mening som är slut.", "å", " ", "\n", "\n\n"]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(MARKS + ELEMENTS + TRAPS + WORDS), max_size=30).map("".join))
FILENAMES = st.sampled_from(["a.txt", "a.md", "a.html", "a"])


@settings(max_examples=400, deadline=None)
@given(st.one_of(TEXTS.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=400)), FILENAMES)
def test_whatever_the_bytes_are_they_are_read_safely_or_refused(data: bytes, filename: str) -> None:
    try:
        article = read_article(data, filename)
    except Unreadable:
        return

    assert clean(article.body_html) == article.body_html
    assert article.slug
    assert 0 < len(article.title) <= 200


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample article is only there in a checkout beside shared/samples")
def test_the_sample_article_has_its_headings_lists_and_links() -> None:
    html = read_article(SAMPLE.read_bytes(), SAMPLE.name).body_html

    assert [html.count(f"<{tag}") for tag in ("h2>", "h3>", "ul>", 'ul class="marked">', "li>", "ol", "a href")] == [
        6,
        4,
        1,
        1,
        6,
        0,
        3,
    ]
    assert [line[4:6].strip() for line in html.splitlines() if line.startswith(("<h2>", "<h3>"))] == (
        ["💡", "🔬", "1️", "2️", "3️", "4️", "🧠", "🌱", "✋", "🔑"]
    )
    for mark in ("👉", "📞", "🌍"):
        assert f"<p>{mark} " in html


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample article is only there in a checkout beside shared/samples")
def test_the_sample_article_without_its_blank_lines_has_the_same_headings_and_lists() -> None:
    spaced = read_article(SAMPLE.read_bytes(), SAMPLE.name)
    tight = read_text("\n".join(line for line in spaced.source.splitlines() if line.strip()))

    def outline(html: str) -> list[str]:
        return [line for line in html.splitlines() if line.startswith(("<h", "<ul", "<li"))]

    assert outline(tight.body_html) == outline(spaced.body_html)
