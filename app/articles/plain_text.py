"""Plain text, as it comes when a web page is copied, made into headings, paragraphs and lists.

Nothing in such a text says what a line is, so the layout is read from how the lines stand:

* Blank lines between paragraphs: a group of lines is a paragraph, and its line breaks are kept. Hardly any blank lines:
  every line is a paragraph. Lines broken at a fixed width (as in a mail) are joined first.
* Lines led by the same mark, blank lines between them or not, are a list. One bullet is enough; a dash, a check mark, a
  number or another pictograph needs two, since one dash may be speech and one pictograph decoration. Check marks and
  pictographs stay in the text of their items; bullets, dashes and numbers are drawn by the browser instead.
* A heading is a number pictograph, or another pictograph, before a short line that does not end like a sentence, or
  such a line standing alone. A question mark does not count as an end: "Hur ofta?" is what many headings look like.
  (Where no blank line sets a question apart it needs a question word, or a pictograph: "Känner du igen dig?" is talk.)
* A heading has something under it. A short line before another heading, or at the end of the text, is a paragraph: so
  are the name and greeting that close a letter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.articles.lines import SEPARATOR, Group, Line, layout_of
from app.articles.links import linked
from app.articles.marks import LIST_KINDS, Kind, Lead, lead_of

LONGEST_HEADING = 70
LONGEST_PICTOGRAPH_HEADING = 100
LONGEST_NUMBER_HEADING = 120
_PICTURES = frozenset({Kind.CHECK, Kind.PICTOGRAPH})

_ADDRESS = re.compile(r"://|www\.|@")
_ENDS = (".", "!", ":", ";", ",", "…", '."', ".”", "!”", "?”", ".)", "–", "-")
_QUESTION_WORD = re.compile(
    r"(hur|vad|när|var|varför|vem|vilk[ae][nt]?|how|what|when|where|why|who|which)\b", re.IGNORECASE
)
_SIGN_OFF = re.compile(
    r"((med )?(v[äa]nlig|varm|b[äa]sta|m[åa]nga|hj[äa]rtlig)\w* h[äa]lsning\w*|h[äa]lsning\w*|mvh"
    r"|m[åa] (s[åa] )?(v[äa]l|gott)|allt gott|kram(ar)?|ta hand om (dig|er)|(kind|best|warm) regards|all the best)"
    r"([ ,!.]*|,? (från|önskar|from) .*)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Part:
    """A stretch of text on its way to becoming a heading (`level`), an item of a list, or a paragraph."""

    lead: Lead
    lines: list[str]
    indent: int = 0
    stands_alone: bool = False
    opens_group: bool = False
    """First among its lines, and not one of several led by pictographs, as telephone, mail and map often are."""
    level: int | None = field(default=None)

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def to_html(lines: Sequence[Line]) -> str:
    """The body of an article as HTML of our own small set of elements; every word of the lines is in it, escaped."""
    layout = layout_of(lines)
    runs = list(_runs([part for group in layout.groups for part in _parts(group, layout.is_tight)]))
    _choose_headings(runs)
    return "\n".join(_rendered(runs))


def _parts(group: Group, is_tight: bool) -> Iterator[Part]:
    opens = len(group) == 1 or lead_of(group[1].text).kind not in _PICTURES
    current: Part | None = None
    for line in group:
        lead = lead_of(line.text)
        continues_item = current is not None and current.lead.kind in LIST_KINDS and line.indent > current.indent
        if current is not None and lead.kind is Kind.NONE and (current.lead.kind is Kind.NONE or continues_item):
            current.lines.append(line.text)
            continue
        if current is not None:
            yield from _split(current)
        current = Part(
            lead,
            [line.text],
            line.indent,
            stands_alone=_stands_alone(group, is_tight),
            opens_group=opens and line is group[0],
        )
    if current is not None:
        yield from _split(current)


def _stands_alone(group: Group, is_tight: bool) -> bool:
    """Whether it is one line, set apart by blank ones; in a tight text a question without a question word is not."""
    is_aside = is_tight and group[0].text.endswith("?") and not _QUESTION_WORD.match(group[0].text)
    return len(group) == 1 and not is_aside


def _split(part: Part) -> Iterator[Part]:
    """A short first line over a sentence, with no blank line between, is a heading of its own."""
    if part.lead.kind is Kind.NONE and len(part.lines) > 1 and part.opens_group:
        first, second = part.lines[:2]
        if _could_be_heading(first) and not first.endswith("?") and _is_sentence(second):
            yield replace(part, lines=[first], stands_alone=True)
            part = replace(part, lines=part.lines[1:], opens_group=False)
    yield part


Run = list[Part]
"""Parts that are one list when there are enough of them, otherwise one part."""


def _runs(parts: Sequence[Part]) -> Iterator[Run]:
    run: Run = []
    for part in parts:
        if run and not _follows(run[-1].lead, part.lead):
            yield from _checked(run)
            run = []
        run.append(part)
    if run:
        yield from _checked(run)


def _follows(before: Lead, after: Lead) -> bool:
    if before.kind is not after.kind or before.kind is Kind.NONE:
        return False
    if before.number is not None and after.number is not None:
        return after.number == before.number + 1
    return before.mark == after.mark


def _checked(run: Run) -> Iterator[Run]:
    if _is_list(run):
        yield run
    else:
        yield from ([part] for part in run)


def _is_list(run: Run) -> bool:
    if not run[0].lead.rest:
        return False
    return len(run) > 1 or run[0].lead.kind is Kind.BULLET


def _choose_headings(runs: Sequence[Run]) -> None:
    """Give a level to the parts that are headings: candidates first, then those that have something under them."""
    levels: list[int | None] = []
    before: Part | None = None
    for run in runs:
        levels.append(None if _is_list(run) else _level(run[0], before))
        before = run[-1]
    for (run, following), (level, under) in zip(pairwise(runs), pairwise(levels), strict=True):
        if level is None or (under is not None and under <= level):
            continue
        is_marked = run[0].lead.kind in _PICTURES | {Kind.NUMBER_PICTOGRAPH}
        if is_marked or under is not None or _is_list(following) or _is_sentence(following[0].text):
            run[0].level = level


def _level(part: Part, before: Part | None) -> int | None:
    kind, text = part.lead.kind, part.text
    if kind is Kind.NUMBER_PICTOGRAPH:
        return 3 if part.lead.rest and len(text) <= LONGEST_NUMBER_HEADING and not text.endswith((":", ",")) else None
    if kind in _PICTURES:
        is_free = part.opens_group and bool(part.lead.rest)
        return 2 if is_free and len(text) <= LONGEST_PICTOGRAPH_HEADING and not text.endswith(_ENDS) else None
    if kind not in (Kind.NONE, Kind.NUMBER) or not part.stands_alone or not _could_be_heading(text):
        return None
    return None if before is not None and (before.text.endswith((",", ":")) or _SIGN_OFF.fullmatch(before.text)) else 2


def _could_be_heading(text: str) -> bool:
    if len(text) > LONGEST_HEADING or text.endswith(_ENDS) or _ADDRESS.search(text) or _SIGN_OFF.fullmatch(text):
        return False
    return (text[0].isupper() or text[0].isdigit() or text[0] in '”“"»') and any(letter.isalpha() for letter in text)


def _is_sentence(text: str) -> bool:
    return len(text) > LONGEST_HEADING or text.endswith((".", "!", "?", ":", "…"))


def _rendered(runs: Sequence[Run]) -> Iterator[str]:
    before: Part | None = None
    level = 2
    for run in runs:
        part = run[0]
        if _is_list(run):
            yield _list(run)
        elif part.level is not None:
            if before is None or before.level != part.level:
                level = part.level if before else 2
            before = part
            yield f"<h{level}>{linked(part.text)}</h{level}>"
        elif SEPARATOR.fullmatch(part.text):
            yield "<hr>"
        else:
            yield "<p>" + "<br>\n".join(linked(line) for line in part.lines) + "</p>"


def _list(run: Run) -> str:
    first = run[0].lead
    if first.number is not None:
        opening, closing = ("<ol>" if first.number == 1 else f'<ol start="{first.number}">'), "</ol>"
    elif first.kind in _PICTURES:
        items = "\n".join(f"<li>{linked(part.text)}</li>" for part in run)
        return f'<ul class="marked">\n{items}\n</ul>'
    else:
        opening, closing = "<ul>", "</ul>"
    items = "\n".join(f"<li>{linked(' '.join([part.lead.rest, *part.lines[1:]]))}</li>" for part in run)
    return f"{opening}\n{items}\n{closing}"
