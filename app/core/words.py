"""Words made comparable: for search, and for sorting as a Swedish reader expects."""

import re
import unicodedata

_SWEDISH_LAST = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
_UNFOLDED = str.maketrans({"æ": "a", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Lower case without accents, so that "Åsa", "ASA" and "asa" are found alike."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNFOLDED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def sort_key(text: str) -> str:
    """A key whose byte order is Swedish alphabetical order: å, ä, ö after z; other accents ignored."""
    lowered = unicodedata.normalize("NFC", text.casefold()).translate(_SWEDISH_LAST)
    return fold(lowered)[:200]


def words(text: str) -> list[str]:
    """The folded words of a text, in order, each once."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))
