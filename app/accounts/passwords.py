"""Passwords: how they are kept, and which ones are refused."""

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from app.accounts.common_passwords import COMMON_WORDS
from app.core.words import fold

SHORTEST = 10
LONGEST = 200
"""Long enough for any sentence, short enough that hashing it costs nothing extra."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the OWASP cheat sheet's second setting: 19 MiB, two passes, one lane."""

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$5N5ZBSWBs8I58/EQ6eZZPw$K9lGVzXOvI8/bjRbyALSqmS0QvK9+/r4z9SwYLSiNJw"
"""Of a random password that was thrown away: checked where there is no account, so that both answers take as long."""

_SPELLED = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def _bytes(password: str) -> bytes:
    """The same letters typed on two keyboards are the same password (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def hash_password(password: str) -> str:
    """The argon2id hash to store. Takes tens of milliseconds: keep it outside `writing()`."""
    return _hasher.hash(_bytes(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the stored hash. Takes the same time when there is none, and then says no."""
    is_possible = stored is not None and len(password) <= LONGEST
    try:
        _hasher.verify(stored or NOBODYS_HASH, _bytes(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return is_possible


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's, and should be made anew."""
    return _hasher.check_needs_rehash(stored)


def why_refused(password: str, personal: Iterable[str] = ()) -> str | None:
    """Why a new password cannot be used, in a sentence; None when it can.

    Length, the very common, and what anybody knows of the person (`personal`: address, name, business) are all that is
    asked: no rules of composition (NIST SP 800-63B-4, 3.1.1.2).
    """
    if len(password) < SHORTEST:
        return str(
            _("Välj ett längre lösenord: minst %(count)s tecken. Tre ord i rad är lätt att minnas.", count=SHORTEST)
        )
    if len(password) > LONGEST:
        return str(_("Välj ett kortare lösenord: högst %(count)s tecken.", count=LONGEST))
    if _is_common(password):
        return str(_("Det lösenordet är bland de första som någon gissar. Välj ett annat, gärna tre ord i rad."))
    if _is_personal(password, personal):
        return str(_("Lösenordet liknar ditt namn, din e-postadress eller företagets namn. Välj ett annat."))
    return None


def _core(text: str) -> str:
    """A password without the digits and signs that people put around a word: "Sommar2026!" is "sommar"."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", fold(text))


def _is_common(password: str) -> bool:
    folded = fold(password)
    cores = {_core(folded), _core(folded).translate(_SPELLED), folded.translate(_SPELLED)}
    is_run = any(folded in run for run in _RUNS)
    is_one_thing_again = any(folded == (folded[:size] * len(folded))[: len(folded)] for size in (1, 2, 3, 4))
    return is_run or is_one_thing_again or not COMMON_WORDS.isdisjoint(cores)


def _is_personal(password: str, personal: Iterable[str]) -> bool:
    core = _core(password)
    known = [part for text in personal for part in (fold(text), _core(text), _core(text.partition("@")[0]))]
    return fold(password) in known or (bool(core) and core in known)
