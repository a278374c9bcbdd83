"""Reading a file or pasted text as an article. Knows no database: bytes in, an article or a reason out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from flask_babel import lazy_gettext as _l

from app.articles import html_pages, markdown_text, plain_text
from app.articles.dates import day_written_as
from app.articles.lines import lines_of
from app.articles.models import ArticleFormat
from app.articles.safe_html import MOST_ELEMENTS, TooManyElements, tidy, words_of
from app.articles.slugs import slug_of
from app.core.errors import RuleBroken
from app.core.language import LANGUAGES
from app.core.words import has_stacked_marks

LARGEST_BYTES = 2 * 1024 * 1024
LONGEST_TITLE = 200
LONGEST_SUMMARY = 180
WORDS_PER_MINUTE = 200

_BY_SUFFIX = {
    ".md": ArticleFormat.MARKDOWN,
    ".markdown": ArticleFormat.MARKDOWN,
    ".html": ArticleFormat.HTML,
    ".htm": ArticleFormat.HTML,
    ".xhtml": ArticleFormat.HTML,
}
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|article|main|section|div|header|h[1-6]|p|meta|title)\b",
    re.IGNORECASE,
)
_LOOKS_LIKE_MARKDOWN = re.compile(r"\s*(?:---[ \t]*\n[A-Za-z_-]+[ \t]*:|# \S)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_UNPRINTABLE = re.compile(r"[\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_PARAGRAPH = re.compile(r"^<p>(.*?)</p>$", re.DOTALL | re.MULTILINE)
_SWEDISH = frozenset({"och", "att", "det", "som", "en", "på", "är", "av", "för", "med", "till", "den", "inte", "du"})
_ENGLISH = frozenset({"and", "to", "the", "that", "a", "on", "is", "of", "for", "with", "it", "not", "you", "are"})
_WESTERN = frozenset("åäöéüèàáæøêëïíóúñçßôîâûœÅÄÖÉÜÈÀÁÆØÇÑ–—…•·“”„‘’‚«»‹›´°½¼¾²³×€£©®™§±\u00a0\u00ad")


class Unreadable(RuleBroken):
    """The bytes are no article that we can read; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article as it was read. `body_html` is safe to show as it is; `source` can be read again."""

    title: str
    slug: str
    published_on: date | None
    language: str
    format: ArticleFormat
    source: str
    body_html: str
    summary: str
    reading_minutes: int
    external_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    title: str
    body: str
    published_on: date | None = None
    entries: Mapping[str, str] = field(default_factory=dict)
    """What the front matter said."""


def read_article(data: bytes, filename: str) -> ParsedArticle:
    """The article in a file. Raises Unreadable, and nothing else, whatever the bytes are."""
    if len(data) > LARGEST_BYTES:
        raise Unreadable(_l("Filen är större än 2 MB. Dela upp den, eller ta bort det som inte är text."))
    return read_text(decoded(data), _BY_SUFFIX.get(PurePath(filename).suffix.lower()))


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 or Windows-1252. Raises Unreadable for anything else."""
    if not data.strip():
        raise Unreadable(_l("Filen är tom."))
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"{\\rtf")):
        raise Unreadable(_l("Filen är ett dokument, inte text. Kopiera texten ur det och klistra in den i stället."))
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_l("Filen är inte text utan något annat, till exempel en bild."))
    try:
        return _without_controls(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _without_controls(_as_windows_1252(data))


def _as_windows_1252(data: bytes) -> str:
    """Nearly every byte is a character of Windows-1252, so they must also be characters that a Western text has."""
    refused = Unreadable(_l("Texten är varken i UTF-8 eller Windows-1252. Spara filen som UTF-8 och försök igen."))
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise refused from None
    foreign = [letter for letter in text if letter > "\x7f" and letter not in _WESTERN]
    if len(foreign) * 5 > sum(letter > "\x7f" for letter in text):
        raise refused
    return text


def _without_controls(text: str) -> str:
    if _CONTROL.search(text) or has_stacked_marks(text):
        raise Unreadable(_l("Filen är inte text utan något annat, till exempel en bild."))
    return _UNPRINTABLE.sub("", text)


def read_text(text: str, kind: ArticleFormat | None = None) -> ParsedArticle:
    """The article in a text; without a `kind` the text itself shows if it is HTML or Markdown. Raises Unreadable."""
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        raise Unreadable(_l("Texten är större än 2 MB. Dela upp den, eller ta bort det som inte är text."))
    source = unicodedata.normalize("NFC", _without_controls(text).replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if not source.strip(" \t\n\u200b\ufeff\u00a0"):
        raise Unreadable(_l("Det finns ingen text."))
    kind = kind or _kind_of(source)
    try:
        return _parsed(_READERS[kind](source), kind, source)
    except TooManyElements:
        raise Unreadable(_l("Sidan har för många delar för att vara en artikel. Spara bara själva texten.")) from None


def _kind_of(text: str) -> ArticleFormat:
    if _LOOKS_LIKE_HTML.match(text):
        return ArticleFormat.HTML
    return ArticleFormat.MARKDOWN if _LOOKS_LIKE_MARKDOWN.match(text) else ArticleFormat.TEXT


def _from_plain_text(text: str) -> _Draft:
    lines = lines_of(text)
    if sum(bool(line.text) for line in lines) > MOST_ELEMENTS:
        raise TooManyElements
    first = next(index for index, line in enumerate(lines) if line.text)
    title, rest = lines[first].text, lines[first + 1 :]
    if len(title) > LONGEST_TITLE:
        rest = lines[first:]
    second = next((index for index, line in enumerate(rest) if line.text), None)
    published_on = day_written_as(rest[second].text) if second is not None else None
    if second is not None and published_on:
        rest = rest[second + 1 :]
    return _Draft(title, plain_text.to_html(rest), published_on)


def _from_markdown(text: str) -> _Draft:
    entries, body = markdown_text.split_front_matter(text)
    title, below = markdown_text.split_title(body)
    if not entries.get("title"):
        body = below
    if not title and not entries.get("title"):
        title, _, body = body.strip().partition("\n")
    published_on = day_written_as(entries.get("date", ""))
    first, _, below = body.lstrip().partition("\n")
    if not published_on and (published_on := day_written_as(first.strip(" *_"))):
        body = below
    title = entries.get("title") or words_of(markdown_text.to_html(title))
    return _Draft(title, markdown_text.to_html(body), published_on, entries)


def _from_html(text: str) -> _Draft:
    page = html_pages.read_page(text)
    return _Draft(page.title, page.body, page.published_on)


_READERS = {
    ArticleFormat.TEXT: _from_plain_text,
    ArticleFormat.MARKDOWN: _from_markdown,
    ArticleFormat.HTML: _from_html,
}


def _parsed(draft: _Draft, kind: ArticleFormat, source: str) -> ParsedArticle:
    entries = draft.entries
    title = " ".join(draft.title.split())
    body = tidy(draft.body, title)
    words = " ".join(words_of(body).split())
    address = web_address(entries.get("url", ""))
    if not title:
        raise Unreadable(_l("Artikeln saknar rubrik. Skriv den på första raden."))
    if not words and not address:
        raise Unreadable(_l("Det finns ingen text under rubriken."))
    return ParsedArticle(
        title=_cut(title, LONGEST_TITLE),
        slug=slug_of(entries.get("slug") or title),
        published_on=draft.published_on,
        language=_language(entries.get("language") or entries.get("lang") or "", f"{title} {words}"),
        format=ArticleFormat.EXTERNAL if address else kind,
        source=source,
        body_html="" if address else body,
        summary=_cut(_opening_words(body) or words, LONGEST_SUMMARY),
        reading_minutes=max(1, round(len(words.split()) / WORDS_PER_MINUTE)),
        external_url=address,
    )


def _opening_words(body: str) -> str:
    """The words of the paragraphs, without headings and lists."""
    return " ".join(words_of(" ".join(_PARAGRAPH.findall(body))).split())


def _language(named: str, text: str) -> str:
    """`sv` or `en`: as the article says itself, else by which language's small words are more."""
    if named[:2].lower() in LANGUAGES:
        return named[:2].lower()
    words = text.lower().split()
    return "en" if sum(word in _ENGLISH for word in words) > sum(word in _SWEDISH for word in words) else "sv"


def web_address(text: str) -> str | None:
    """The text when it is a whole web address, else None."""
    return text if re.fullmatch(r"https?://[^\s/?#<>\"]+\.[^\s<>\"]+", text) and len(text) <= 2000 else None


def _cut(text: str, longest: int) -> str:
    """The text, or as many of its whole words as fit, and an ellipsis."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" .,;:–-") + "…"
