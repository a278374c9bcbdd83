"""The last part of an article's address."""

import re
from collections.abc import Collection
from hashlib import sha256

from app.core.words import fold

LONGEST = 100
RESERVED = frozenset({"manage"})
"""Words that our own pages under /articles/ use."""


def slug_of(title: str) -> str:
    """The title as an address: lower case a-z, digits and hyphens. Two different long titles never get the same one."""
    whole = "-".join(re.findall(r"[a-z0-9]+", fold(title)))
    if not whole:
        return f"artikel-{_mark(title)}"
    if len(whole) > LONGEST:
        return f"{whole[: LONGEST - 7].rpartition('-')[0] or whole[: LONGEST - 7]}-{_mark(title)}"
    return f"{whole}-artikel" if whole in RESERVED else whole


def free_slug(name: str, taken: Collection[str]) -> str:
    """A short address made of the name, which is not among those that are taken."""
    wanted = slug_of(name)[:50].strip("-")
    numbers = range(2, len(taken) + 3)
    return next(slug for slug in (wanted, *(f"{wanted}-{number}" for number in numbers)) if slug not in taken)


def _mark(title: str) -> str:
    return sha256(title.encode("utf-8", "replace")).hexdigest()[:6]
