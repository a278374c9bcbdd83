"""HTML from anywhere made into ours: a small set of elements, in blocks, with nothing that loads or runs.

nh3 decides what is safe, before and after. Between the two the fragment is rebuilt: loose text gets its paragraph,
headings their place (h2 first, then h3), lists and quotations their blocks; links without an address become text, and
those that show a bare address are shortened.
"""

from collections.abc import Set
from html import escape, unescape
from html.parser import HTMLParser

import nh3

from app.articles.links import shown

MOST_ELEMENTS = 20_000
"""nh3 takes time by the square of how deep elements stand in each other; no article has this many."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
REGIONS = frozenset({"article", "main"})
_INLINE = {"a": "a", "strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup"}
_GROUPS = frozenset({"ul", "ol", "li", "blockquote"})
_CELLS = {"table", "tr", "td", "th"}
_LINE_BREAK = "<br>\n"
_SPACE = " \t\r\n\f"
_BREAKS = REGIONS | {"p", "div", "section", "header", "pre", "dt", "dd", "figure", "figcaption", "address"} | _CELLS
_DROPPED = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math"}
_CONTROLS = {"form", "button", "select", "textarea", "dialog"}
_AROUND = {"nav", "footer", "aside", "video", "audio", "canvas", "title"} | _CONTROLS
"""What stands around an article on a page, dropped with all that is in it."""
_READ = HEADINGS | _BREAKS | _GROUPS | {"br", "hr", *_INLINE}
_KEPT = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "br", "hr", *_INLINE.values()}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


class TooManyElements(Exception):
    """The HTML has more elements than any article."""


def clean(html: str) -> str:
    """What nh3 lets stand of our own elements. Cleaning what was cleaned changes nothing."""
    return _sanitised(html, _KEPT)


def tidy(html: str, title: str = "") -> str:
    """The fragment as blocks of our own elements; a heading that only repeats `title` is left out.

    Raises TooManyElements.
    """
    return settled(_Blocks(title).read(read_safely(html)))


def read_safely(html: str, besides: frozenset[str] = frozenset(), attributes: dict[str, set[str]] | None = None) -> str:
    """Well-formed HTML of the elements that we can read, and those `besides`. Raises TooManyElements."""
    if html.count("<") > MOST_ELEMENTS:
        raise TooManyElements
    return _sanitised(html, _READ | besides, (_DROPPED | _AROUND) - besides, attributes)


def words_of(html: str) -> str:
    """The text alone, blocks on lines of their own."""
    return unescape(nh3.clean(html, tags=set()))


def settled(html: str) -> str:
    """The HTML cleaned until cleaning changes nothing; once is enough for all but the oddest nesting."""
    for _ in range(4):
        cleaned = clean(html)
        if cleaned == html:
            return cleaned
        html = cleaned
    return f"<p>{escape(words_of(html), quote=False)}</p>"


def _sanitised(
    html: str, tags: Set[str], dropped: Set[str] = _DROPPED, attributes: dict[str, set[str]] | None = None
) -> str:
    return nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags=set(dropped),
        attributes=_ATTRIBUTES | (attributes or {}),
        allowed_classes={"ul": {"marked"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


class _Blocks(HTMLParser):
    """Rebuilds well-formed HTML as blocks. Feed it only what nh3 has made."""

    def __init__(self, title: str) -> None:
        super().__init__(convert_charrefs=True)
        self._title = title
        self._out: list[str] = []
        self._open: list[str] = []
        """Lists, items and quotations under way, the innermost last."""
        self._heading: str | None = None
        self._has_section = False
        self._words: list[str] = []
        """The text under way, in pieces of HTML."""
        self._inline: list[str] = []
        self._link: tuple[str, int] | None = None
        """The address of the link under way, and where its own words begin."""

    def read(self, html: str) -> str:
        self.feed(html)
        self.close()
        self._end_text()
        return "\n".join(self._out).replace("<li>\n", "<li>").replace("\n</li>", "</li>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _INLINE:
            self._start_inline(tag, given)
        elif tag == "br":
            self._break_line()
        elif self._heading and tag in _BREAKS:
            self._words.append(" ")
        else:
            self._end_text()
            self._start_block(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE:
            self._end_inline(_INLINE[tag])
        elif not (self._heading and tag in _BREAKS):
            self._end_text()
            if tag in self._open:
                self._open.pop()
                self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._words and self._words[-1] == _LINE_BREAK:
            data = data.lstrip(_SPACE)
        if data.strip(_SPACE) or self._words:
            self._words.append(escape(data, quote=False))

    def _break_line(self) -> None:
        if self._words:
            self._words.append(" " if self._heading else _LINE_BREAK)

    def _start_block(self, tag: str, given: dict[str, str]) -> None:
        if tag in HEADINGS:
            self._heading = tag
        elif tag == "hr":
            self._out.append("<hr>")
        elif tag in _GROUPS:
            kept = "".join(f' {name}="{escape(given[name])}"' for name in ("start", "class") if given.get(name))
            self._out.append(f"<{tag}{kept}>")
            self._open.append(tag)

    def _start_inline(self, tag: str, given: dict[str, str]) -> None:
        if tag != "a":
            self._words.append(f"<{_INLINE[tag]}>")
        elif "href" in given and not self._link:
            self._words.append(f'<a href="{escape(given["href"])}">')
            self._link = (given["href"], len(self._words))
        else:
            return
        self._inline.append(_INLINE[tag])

    def _end_inline(self, tag: str) -> None:
        if tag not in self._inline:
            return
        while (ended := self._inline.pop()) != tag:
            self._words.append(f"</{ended}>")
        if tag == "a" and self._link:
            address, begin = self._link
            inner = "".join(self._words[begin:])
            if "<" not in inner:
                self._words[begin:] = [escape(shown(unescape(inner), address), quote=False)]
            self._link = None
        self._words.append(f"</{tag}>")

    def _end_text(self) -> None:
        """Write out the words gathered since the last block began or ended."""
        while self._inline:
            self._end_inline(self._inline[-1])
        text = "".join(self._words).strip(_SPACE)
        while text.endswith("<br>"):
            text = text.removesuffix("<br>").rstrip(_SPACE)
        heading, self._heading, self._words = self._heading, None, []
        words = " ".join(words_of(text).split())
        if words and not (heading and words == self._title):
            self._out.append(self._block(heading, text))

    def _block(self, heading: str | None, text: str) -> str:
        if heading:
            level = 2 if heading in ("h1", "h2") or not self._has_section else 3
            self._has_section = True
            return f"<h{level}>{text}</h{level}>"
        return text if self._open and self._open[-1] == "li" else f"<p>{text}</p>"
