"""A saved web page: what it is called, when it is from, and which part of it is the article."""

from dataclasses import dataclass
from datetime import date
from html import escape
from html.parser import HTMLParser

from app.articles.dates import day_written_as
from app.articles.safe_html import REGIONS, read_safely

_HEAD = frozenset({"title", "meta", "time", "html"})
_ATTRIBUTES = {"meta": {"property", "name", "itemprop", "content"}, "time": {"datetime"}}
_DATE_NAMES = frozenset({"article:published_time", "date", "datepublished", "dc.date", "dcterms.date", "pubdate"})

SHORTEST_INTRODUCTION = 40
"""A time above so many characters of text is the page's own date; below, it is part of a sentence."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was found: the title may be empty, and the body is well-formed HTML that still needs tidying."""

    title: str
    published_on: date | None
    body: str


def read_page(html: str) -> Page:
    """Look a page over. Raises safe_html.TooManyElements."""
    found = _Finder()
    found.feed(read_safely(html, _HEAD, _ATTRIBUTES))
    found.close()
    return Page(
        title=found.heading or found.meta.get("og:title", "").strip() or found.title,
        published_on=next((day for text in [*_dates(found.meta), *found.times] if (day := day_written_as(text))), None),
        body=max(found.regions, key=len, default="") or "".join(found.everything),
    )


def _dates(meta: dict[str, str]) -> list[str]:
    return [content for name, content in meta.items() if name in _DATE_NAMES]


class _Finder(HTMLParser):
    """Walks well-formed HTML once, copying it while it looks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.heading = ""
        self.meta: dict[str, str] = {}
        self.times: list[str] = []
        self.regions: list[str] = []
        self.everything: list[str] = []
        self._inside: list[str] = []
        self._region_began: int | None = None
        self._told = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = given.get("property") or given.get("name") or given.get("itemprop") or ""
            self.meta.setdefault(name.lower(), given.get("content", ""))
            return
        if tag == "time" and given.get("datetime"):
            self.times.append(given["datetime"])
        if tag in ("br", "hr"):
            self.everything.append(f"<{tag}>")
            return
        self._inside.append(tag)
        if tag in REGIONS and self._region_began is None:
            self._region_began, self._told = len(self.everything), 0
        if tag not in ("title", "time"):
            attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
            self.everything.append(f"<{tag}{attributes}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside.pop()
        if tag not in ("title", "time"):
            self.everything.append(f"</{tag}>")
        if tag in REGIONS and self._region_began is not None and not REGIONS.intersection(self._inside):
            self.regions.append("".join(self.everything[self._region_began :]))
            self._region_began = None

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
            return
        if "time" in self._inside:
            self.times.append(data)
            if self._told < SHORTEST_INTRODUCTION:
                return
        if "h1" in self._inside:
            self.heading += data
        else:
            self._told += len(data.strip())
        self.everything.append(escape(data, quote=False))
