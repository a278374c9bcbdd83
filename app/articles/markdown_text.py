"""Markdown, with or without front matter, made into HTML (not yet safe: see safe_html)."""

import re

from markdown_it import MarkdownIt

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"([A-Za-z_-]+)[ \t]*:[ \t]*(.*)")
_FIRST_HEADING = re.compile(r"\A\s*(?:#{1,2}[ \t]+(?P<hashed>.+?)[ \t#]*|(?P<underlined>[^\n]+)\n=+[ \t]*)(?:\n|\Z)")

_MARKDOWN = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable("linkify")


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The entries at the top (keys in lower case, quotes around values removed) and the text below them."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    entries = (_ENTRY.fullmatch(line.strip()) for line in found[1].splitlines())
    return {entry[1].lower(): _unquoted(entry[2].strip()) for entry in entries if entry}, text[found.end() :]


def split_title(text: str) -> tuple[str, str]:
    """The words of a heading that opens the text, and the rest; no words when it opens otherwise."""
    found = _FIRST_HEADING.match(text)
    if not found:
        return "", text
    return (found["hashed"] or found["underlined"]).strip(), text[found.end() :]


def to_html(text: str) -> str:
    """The text as HTML, bare addresses as links. HTML inside it is passed on as it stands."""
    html: str = _MARKDOWN.render(text)
    return html


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
