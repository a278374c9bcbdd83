"""The spam ladder. Each rung that a letter fails gives points; from QUARANTINE_AT on it waits for a person to look.

Nothing is ever dropped, and the sender never learns which rung it was.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

QUARANTINE_AT = 100
FEW_LINKS, MANY_LINKS = 2, 4


class Rung(StrEnum):
    """What made a letter suspect."""

    TRAP = "trap"
    TOO_FAST = "too_fast"
    ADDRESS_LIMIT = "address_limit"
    HOUSE_LIMIT = "house_limit"
    BY_HAND = "by_hand"
    LINK_IN_NAME = "link_in_name"
    MARKUP = "markup"
    MANY_LINKS = "many_links"
    LINKS = "links"
    OFFER = "offer"
    FOREIGN_LETTERS = "foreign_letters"
    GIBBERISH = "gibberish"


POINTS = {
    Rung.TRAP: 100,
    Rung.TOO_FAST: 100,
    Rung.ADDRESS_LIMIT: 100,
    Rung.HOUSE_LIMIT: 100,
    Rung.BY_HAND: 100,
    Rung.LINK_IN_NAME: 100,
    Rung.MARKUP: 100,
    Rung.MANY_LINKS: 100,
    Rung.LINKS: 50,
    Rung.OFFER: 60,
    Rung.FOREIGN_LETTERS: 60,
    Rung.GIBBERISH: 60,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a letter stands on the ladder."""

    rungs: tuple[Rung, ...] = ()

    @property
    def score(self) -> int:
        return sum(POINTS[rung] for rung in self.rungs)

    @property
    def is_suspect(self) -> bool:
        return self.score >= QUARANTINE_AT

    @property
    def reasons(self) -> str:
        return ",".join(self.rungs)

    def and_also(self, *rungs: Rung) -> "Verdict":
        """The verdict with more rungs failed."""
        return Verdict(tuple(dict.fromkeys((*self.rungs, *rungs))))


_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_DOMAIN_LIKE = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|ru|xyz|top|info|biz|online|site|shop)\b", re.IGNORECASE
)
_MARKUP = re.compile(r"\[/?(?:url|link|img|b)\b[^\]]*\]|<\s*(?:a|script|iframe|img)\b", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:backlinks?|seo (?:services?|agency|experts?)|guest posts?|rank(?:ing)? (?:on|in) google|"
    r"first page of google|"
    r"crypto(?:currency)?|bitcoin|forex|casino|viagra|cialis|payday loans?|make money online|web(?:site)? traffic|"
    r"sponsored (?:post|article)s?|domain authority)\b",
    re.IGNORECASE,
)
_LONE_WORD = re.compile(r"\A\w{14,}\Z")
_CASE_JUMP = re.compile(r"[a-z][A-Z]")


def judge_content(name: str, message: str) -> Verdict:
    """The rungs that the words themselves fail."""
    links = len(_LINK.findall(message))
    failed = {
        Rung.LINK_IN_NAME: bool(_DOMAIN_LIKE.search(name)),
        Rung.MARKUP: bool(_MARKUP.search(message)),
        Rung.MANY_LINKS: links >= MANY_LINKS,
        Rung.LINKS: FEW_LINKS <= links < MANY_LINKS,
        Rung.OFFER: bool(_OFFER.search(message)),
        Rung.FOREIGN_LETTERS: links > 0 and _is_in_foreign_letters(message),
        Rung.GIBBERISH: _is_gibberish(message) and _is_gibberish(name),
    }
    return Verdict(tuple(rung for rung, is_failed in failed.items() if is_failed))


def _is_in_foreign_letters(message: str) -> bool:
    """Whether there are letters outside the links, and none of them Latin."""
    words = (word for word in message.split() if not _LINK.search(word))
    letters = [letter for word in words for letter in word if letter.isalpha()]
    return bool(letters) and not any("LATIN" in unicodedata.name(letter, "") for letter in letters)


def _is_gibberish(text: str) -> bool:
    """One long word with capitals strewn in it, as programs make them up: "hKwTRezqLbPmVa"."""
    return bool(_LONE_WORD.match(text)) and len(_CASE_JUMP.findall(text)) >= 2
