"""What a line of plain text is led by: a bullet, a dash, a check mark, a number, a pictograph, or nothing."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a mark says about its line."""

    NONE = auto()
    BULLET = auto()
    DASH = auto()
    CHECK = auto()
    NUMBER = auto()
    NUMBER_PICTOGRAPH = auto()
    PICTOGRAPH = auto()


LIST_KINDS = frozenset({Kind.BULLET, Kind.DASH, Kind.CHECK, Kind.NUMBER, Kind.NUMBER_PICTOGRAPH})
"""The marks that are there to make a list; a pictograph may also be decoration."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The mark at the head of a line and the words after it. `number` is set for the two kinds of number."""

    kind: Kind
    mark: str
    rest: str
    number: int | None = None


_BULLETS = "•‣⁃∙◦▪▫●○■□◆◇\uf0b7➢➤►"
_DASHES = r"\-–—*+·"
_CHECKS = "✓✔✅☑✗✘❌☐"
_CIRCLED = "\u2460-\u2473\u2776-\u2793"
_SYMBOLS = "\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
_EMOJI = f"{_SYMBOLS}\U0001f000-\U0001faff"
_STYLE = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"

_BULLET = re.compile(rf"([{_BULLETS}])(?!\ufe0f)\s*(.*)")
_DASH = re.compile(rf"([{_DASHES}])(?:\s+(.*))?$")
_CHECK = re.compile(rf"([{_CHECKS}])\ufe0f?\s*(.*)")
_NUMBER = re.compile(r"(\d{1,2})[.)](?:\s+(.*))?$")
_NUMBER_PICTOGRAPH = re.compile(rf"((?:[0-9]\ufe0f?\u20e3){{1,3}}|🔟|[{_CIRCLED}])\ufe0f?\s*(.*)")
_PICTOGRAPH = re.compile(rf"((?:[{_EMOJI}]{_STYLE}*(?:\u200d[{_EMOJI}]{_STYLE}*)*\s*)+)(.*)")


def lead_of(line: str) -> Lead:
    """How the line begins. A line without a mark comes back whole as `rest`."""
    if found := _BULLET.match(line):
        return Lead(Kind.BULLET, found[1], found[2])
    if found := _DASH.match(line):
        return Lead(Kind.DASH, found[1], found[2] or "")
    if found := _CHECK.match(line):
        return Lead(Kind.CHECK, found[1], found[2])
    if found := _NUMBER.match(line):
        return Lead(Kind.NUMBER, found[1], found[2] or "", int(found[1]))
    if found := _NUMBER_PICTOGRAPH.match(line):
        return Lead(Kind.NUMBER_PICTOGRAPH, found[1], found[2], _value(found[1]))
    if found := _PICTOGRAPH.match(line):
        return Lead(Kind.PICTOGRAPH, re.sub(r"[\s\ufe0e\ufe0f]", "", found[1]), found[2])
    return Lead(Kind.NONE, "", line)


def _value(pictograph: str) -> int:
    if pictograph == "🔟":
        return 10
    if "\u20e3" in pictograph:
        return int("".join(letter for letter in pictograph if letter.isdigit()))
    return int(unicodedata.numeric(pictograph))
