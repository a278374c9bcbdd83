"""Addresses in a text: found, made into links, and shown short enough for a narrow screen."""

from html import escape
from urllib.parse import unquote, urlsplit

from linkify_it import LinkifyIt

LONGEST_SHOWN = 34

_FINDER = LinkifyIt().tlds(["se", "nu", "com", "org", "net", "eu", "info", "dk", "no", "fi"])
"""Without a scheme only these endings count: in running text most others are a missing space after a full stop."""


def linked(text: str) -> str:
    """The text escaped for HTML, its bare web and mail addresses as links."""
    pieces, reached = [], 0
    for found in _FINDER.match(text) or []:
        if not found.schema and not found.text.islower():
            continue
        before, words = text[reached : found.index], found.text
        pieces.append(f'{escape(before, quote=False)}<a href="{escape(found.url)}">{escape(words, quote=False)}</a>')
        reached = found.last_index
    return "".join([*pieces, escape(text[reached:], quote=False)])


def shown(text: str, address: str) -> str:
    """What a link reads as: its own words, or where they are only an address, its host and the start of its path."""
    if not _is_bare(text, address):
        return text
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return text
    path = unquote(parts.path).rstrip("/") + (f"?{parts.query}" if parts.query else "")
    short = parts.netloc.removeprefix("www.") + path
    return short if len(short) <= LONGEST_SHOWN else short[: LONGEST_SHOWN - 1].rstrip("-/_.") + "…"


def _is_bare(text: str, address: str) -> bool:
    words = text.strip()
    return " " not in words and (words == address or words.startswith(("http://", "https://", "www.")))
