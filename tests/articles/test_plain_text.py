"""The rules of plain text one by one; whole articles are in test_reading.py."""

import pytest

from app.articles.lines import lines_of
from app.articles.plain_text import to_html
from app.articles.safe_html import tidy


def body(text: str) -> str:
    """The text as it comes out on a page."""
    return tidy(to_html(lines_of(text)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("• en enda", "<ul>\n<li>en enda</li>\n</ul>"),
        ("- en enda", "<p>- en enda</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("– a\n\n– b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("✔ a\n✔️ b", '<ul class="marked">\n<li>✔ a</li>\n<li>✔️ b</li>\n</ul>'),
        ("👉 a.\n👉 b.", '<ul class="marked">\n<li>👉 a.</li>\n<li>👉 b.</li>\n</ul>'),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("1. a\n3. b", "<p>1. a</p>\n<p>3. b</p>"),
        ("• a\n- b\n- c", "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>"),
        ("•\n\n•\n\na", "<p>•</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("-5 grader ute\n-7 grader i natt", "<p>-5 grader ute</p>\n<p>-7 grader i natt</p>"),
    ],
)
def test_lines_led_by_the_same_mark_are_a_list(text: str, html: str) -> None:
    assert body(text) == html


@pytest.mark.parametrize(
    "line",
    ["💡 Vad vi ser", "💡💡 Vad vi ser", "👩‍⚕️ Vad vi ser", "🇸🇪 Vad vi ser", "👋🏽 Vad vi ser?",
     "1️⃣ Vad vi ser", "🔟 Vad vi ser.",
     "② Vad vi ser", "✅ Vad vi ser", "Vad vi ser", "Vad ser vi?", "1. Vad vi ser", "”Vad vi ser”",
     "Kramp i vaden", "Ta hand om dig själv"],
)  # fmt: skip
def test_a_short_line_over_a_text_is_a_heading(line: str) -> None:
    assert body(f"{line}\n\nDet är en hel mening.") == f"<h2>{line}</h2>\n<p>Det är en hel mening.</p>"


@pytest.mark.parametrize(
    "line",
    ["💡 Det här är slut.", "📞 Ring nu!", "👉 Läs mer här:", "💡 " + "mycket långt " * 9 + "ord",
     "💡", "Det här är slut.", "Hej,",
     "Så här:", "070-174 06 05", "info@example.se", "liten bokstav", "Varma hälsningar", "Må väl",
     "Kram", "Hälsningar från Maj", "ord " * 25 + "ord"],
)  # fmt: skip
def test_what_ends_like_a_sentence_or_is_no_title_stays_a_paragraph(line: str) -> None:
    assert body(f"{line}\n\nDet är en hel mening.").startswith("<p>")


def test_a_heading_has_something_under_it() -> None:
    assert body("Text ett.\n\nEtt\n\n💡 Två\n\nText två.\n\n💡 Tre") == (
        "<p>Text ett.</p>\n<p>Ett</p>\n<h2>💡 Två</h2>\n<p>Text två.</p>\n<p>💡 Tre</p>"
    )


def test_numbered_headings_stand_under_the_section_they_are_in() -> None:
    text = "1️⃣ Ett\n\nText.\n\n2️⃣ Två\n\nText.\n\n🌱 Del\n\nText.\n\n1️⃣ Ett\n\nText.\n\n2️⃣ Två\n\nText."

    headings = [line for line in body(text).splitlines() if line.startswith("<h")]

    assert headings == ["<h2>1️⃣ Ett</h2>", "<h2>2️⃣ Två</h2>", "<h2>🌱 Del</h2>", "<h3>1️⃣ Ett</h3>", "<h3>2️⃣ Två</h3>"]


def test_different_pictographs_in_one_group_are_no_headings() -> None:
    text = "📞 Ring oss på stallet\n📧 Skriv till oss\n🌍 Läs mer\n\nVi ses snart igen."

    assert body(text) == (
        "<p>📞 Ring oss på stallet</p>\n<p>📧 Skriv till oss</p>\n<p>🌍 Läs mer</p>\n<p>Vi ses snart igen.</p>"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Se www.example.se.", '<p>Se <a href="http://www.example.se" rel="noopener noreferrer">example.se</a>.</p>'),
        ("Se example.se/a,", '<p>Se <a href="http://example.se/a" rel="noopener noreferrer">example.se/a</a>,</p>'),
        ("Sov gott.Se sedan.", "<p>Sov gott.Se sedan.</p>"),
        ("T.ex. m.fl. osv.", "<p>T.ex. m.fl. osv.</p>"),
        ("a@example.se", '<p><a href="mailto:a@example.se" rel="noopener noreferrer">a@example.se</a></p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_bare_addresses_become_links_and_nothing_else_does(text: str, html: str) -> None:
    assert body(text) == html


def test_a_space_that_may_not_break_stays_only_beside_a_digit() -> None:
    assert body("Ett\u00a0ord till,\u00a0och 12\u00a0500\u00a0kr.") == "<p>Ett ord till, och 12&nbsp;500&nbsp;kr.</p>"
