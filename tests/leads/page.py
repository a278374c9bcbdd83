"""What a person reads on a page, without its markup."""

import re
from html import unescape
from html.parser import HTMLParser

BREAKS = {"p", "li", "tr", "h1", "h2", "h3", "div", "section", "dd", "dt", "label", "option", "button", "summary"}
UNSEEN = {"script", "style", "template", "head"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        if tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)


def read(html: str, part: str = "content") -> str:
    """The words inside the element with that id and everything after it, one line for each block."""
    _, mark, rest = html.partition(f'id="{part}"')
    assert mark, f"the page has no {part}"
    reader = _Reader()
    reader.feed("<main " + rest)
    lines = (re.sub(r"\s+", " ", line).strip() for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)


def rows(html: str) -> list[str]:
    """The names that a list shows, in order."""
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', html)


def typed(html: str, field: str) -> str | None:
    """What stands in a text field."""
    found = re.search(rf'<textarea[^>]*id="{field}"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    if found:
        return found[1].strip()
    inputs = re.search(rf'<input[^>]*id="{field}"[^>]*>', html)
    value = re.search(r'value="([^"]*)"', inputs[0]) if inputs else None
    return value[1] if value else None


def undo_in(html: str) -> str | None:
    """Where the toast's button leads that takes back what was done."""
    found = re.search(r'action="([^"]*)"', html.partition('id="toasts"')[2].partition("</form>")[0])
    return unescape(found[1]) if found else None
