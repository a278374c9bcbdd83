"""The lines of a plain text, and which of them belong together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.articles.marks import LIST_KINDS, Kind, lead_of

SEPARATOR = re.compile(r"[-–—_*=~·•.\s]{3,}")
"""A line of nothing but dashes, stars or dots: a pause between two parts."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and how far in it stands. A blank line has no text."""

    text: str
    indent: int = 0


Group = list[Line]
"""Lines with text that stand together."""


def lines_of(text: str) -> list[Line]:
    """The lines, inner runs of spaces made one.

    A space that may not break stays only beside a digit: copied pages are full of others, too wide for a phone.
    """
    found = []
    spaced = re.sub(r"(?<!\d)\u00a0(?!\d)", " ", re.sub(r"\n{3,}", "\n\n", text))
    for raw in spaced.expandtabs(4).splitlines():
        stripped = re.sub(r" {2,}", " ", raw.strip().strip("\u200b\ufeff").strip())
        found.append(Line(stripped, len(raw) - len(raw.lstrip())))
    return found


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines as they belong together. In a tight text, one with hardly any blank lines, each line is for itself."""

    groups: list[Group]
    is_tight: bool


def layout_of(lines: Sequence[Line]) -> Layout:
    """Which lines belong together."""
    groups = _unwrapped(_between_blanks(_with_lone_marks_joined(lines)))
    if _is_tight(groups):
        return Layout([[line] for group in groups for line in group], is_tight=True)
    return Layout(groups, is_tight=False)


def _between_blanks(lines: Sequence[Line]) -> list[Group]:
    groups: list[Group] = [[]]
    for line in lines:
        if line.text:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _is_tight(groups: Sequence[Group]) -> bool:
    lines = sum(len(group) for group in groups)
    return (len(groups) - 1) * 4 < lines - 1


def _with_lone_marks_joined(lines: Sequence[Line]) -> list[Line]:
    """A mark alone on its line goes with the words that follow it."""
    joined: list[Line] = []
    at = 0
    while at < len(lines):
        words_at = _words_after(lines, at) if _is_lone_mark(lines[at]) else None
        if words_at is None:
            joined.append(lines[at])
        else:
            joined.append(replace(lines[at], text=f"{lines[at].text} {lines[words_at].text}"))
        at = (at if words_at is None else words_at) + 1
    return joined


def _words_after(lines: Sequence[Line], at: int) -> int | None:
    """Where the words of a lone mark stand: on the next line, or for a list's mark also after blank ones."""
    found = next((index for index in range(at + 1, len(lines)) if lines[index].text), None)
    if found is None or _is_lone_mark(lines[found]) or SEPARATOR.fullmatch(lines[found].text):
        return None
    return found if found == at + 1 or lead_of(lines[at].text).kind in LIST_KINDS else None


def _is_lone_mark(line: Line) -> bool:
    lead = lead_of(line.text)
    return lead.kind is not Kind.NONE and not lead.rest


def _unwrapped(groups: list[Group]) -> list[Group]:
    """Join lines that were broken only because a fixed width was full."""
    width = max((len(line.text) for group in groups for line in group), default=0)
    breaks = [_was_full(a, b, width) for group in groups for a, b in pairwise(group) if not _is_led(b)]
    if not 50 <= width <= 100 or len(breaks) < 2 or sum(breaks) < 0.75 * len(breaks):
        return groups
    return [_joined(group, width) for group in groups]


def _joined(group: Group, width: int) -> Group:
    joined = [group[0]]
    for before, line in pairwise(group):
        if not _is_led(line) and _was_full(before, line, width):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {line.text}")
        else:
            joined.append(line)
    return joined


def _was_full(line: Line, following: Line, width: int) -> bool:
    return len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width


def _is_led(line: Line) -> bool:
    return lead_of(line.text).kind is not Kind.NONE
