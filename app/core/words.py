"""Words made comparable: for search, and for sorting as a Swedish reader expects."""

import re
import unicodedata
from itertools import filterfalse

_SWEDISH_LAST = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
_UNFOLDED = str.maketrans({"æ": "a", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})
_WORD = re.compile(r"\w+")
MOST_MARKS = 30
"""On one letter, as in Unicode's Stream-Safe Text (UAX #15, 13). No language comes near it."""
_BESIDE_LETTERS = re.compile(rf"[^\w\s\x00-\u02ff]{{{MOST_MARKS + 1},}}")
"""Where so many marks in a row can be; they are no letters, and begin at U+0300."""


def has_stacked_marks(text: str) -> bool:
    """Whether a letter carries more marks than any language needs.

    Refuse such a text before composing or folding it: putting n marks in order takes n squared steps, so that a letter
    of 100 kB would keep the whole server busy for a minute.
    """
    runs = (found.group() for found in _BESIDE_LETTERS.finditer(text))
    return any(sum(map(bool, map(unicodedata.combining, run))) > MOST_MARKS for run in runs)


def composed(text: str) -> str:
    """The text in composed letters (NFC), so that equal words are equal. One with stacked marks stays as it is."""
    return text if has_stacked_marks(text) else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without accents, so that "Åsa", "ASA" and "asa" are found alike."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    plain = unicodedata.normalize("NFKD", _without_marks(lowered).translate(_UNFOLDED))
    return _without_marks(plain)


def _without_marks(text: str) -> str:
    return "".join(filterfalse(unicodedata.combining, text))


def sort_key(text: str) -> str:
    """A key whose byte order is Swedish alphabetical order: å, ä, ö after z; other accents ignored."""
    lowered = composed(text.casefold()).translate(_SWEDISH_LAST)
    return fold(lowered)[:200]


def words(text: str) -> list[str]:
    """The folded words of a text, in order, each once."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))
