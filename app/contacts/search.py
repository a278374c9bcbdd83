"""How contacts are found by what somebody remembers of them: a name, an address, a number in any form, a horse."""

import re
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.contacts.models import ContactTerm
from app.contacts.search_terms import TERM_LENGTH
from app.core.db import at_most
from app.core.statements import Statement
from app.core.words import words

FEW = 1000
"""Up to so many contacts, it is quickest to fetch those that match and sort them; beyond, to walk the sorted list."""

MANY = 8000
"""Up to so many, the walk asks a set of them, made once; beyond, each contact's own terms, as it soon has a page."""

MOST_WORDS = 8
_AFTER_ALL_LETTERS = "\U0010ffff"
_NUMBER = re.compile(r"(?<![\w@.])\+?\d[\d\s()/.-]{2,}\d(?![\w@])")
_COUNTRY = re.compile(r"^(?:\+|00)46(?:\(0\)|0)?|^46(?=\d{7,})")


def wanted_words(text: str) -> list[str]:
    """What must begin one of a contact's terms each: folded words, and numbers as they are dialled at home."""
    numbers = [dialled(found.group()) for found in _NUMBER.finditer(text)]
    found = words(_NUMBER.sub(" ", text))
    wanted = dict.fromkeys(word[:TERM_LENGTH] for word in (*numbers, *found))
    return sorted(wanted, key=len, reverse=True)[:MOST_WORDS]


def dialled(number: str) -> str:
    """A number's digits as dialled at home, "0701740605" for "+46 70-174 06 05", as a contact's term for it is."""
    joined = re.sub(r"[\s/.-]", "", number)
    return re.sub(r"\D", "", _COUNTRY.sub("0", joined))


def matching(text: str, contact_id: InstrumentedAttribute[int]) -> sa.ColumnElement[bool] | None:
    """The condition that all words of the text are found with the contact; None where nothing is asked."""
    if not text.strip():
        return None
    wanted = wanted_words(text)
    if not wanted:
        return sa.false()
    limits = [(word, word + _AFTER_ALL_LETTERS) for word in wanted]
    how_many, rarest_first = _rarest_first(limits)
    if how_many > MANY:
        return sa.and_(*(_has_term(word, contact_id) for word in limits))
    if how_many <= FEW or len(limits) > 1:
        ids = [row[0] for row in _finding(len(limits), FEW + 1).run(_values(rarest_first))]
        if len(ids) <= FEW:
            return contact_id.in_(ids)
    return contact_id.in_(_contacts_with(rarest_first)).is_(sa.true())  # a condition that no planner makes a join


Limits = tuple[Any, Any]
"""The first text that begins with a word, and the one after the last: texts, or parameters that stand for them."""


def _rarest_first(wanted: list[Limits]) -> tuple[int, list[Limits]]:
    """With how many contacts the rarest is found, counted no further than needed; and all in that order."""
    counts = _counting(len(wanted), MANY + 1).run(_values(wanted))[0]
    in_order = sorted(zip(counts, wanted, strict=True), key=itemgetter(0))
    return in_order[0][0], [limits for _, limits in in_order]


@cache
def _counting(words: int, enough: int) -> Statement:
    found = (sa.select(ContactTerm.term).where(_is_within(ContactTerm.term, word)) for word in _open(words))
    counts = (sa.select(sa.func.count()).select_from(rows.limit(at_most(enough)).subquery()) for rows in found)
    return Statement(sa.select(*(count.scalar_subquery() for count in counts)))


@cache
def _finding(words: int, most: int) -> Statement:
    return Statement(_contacts_with(_open(words)).limit(at_most(most)))


def _open(words: int) -> list[Limits]:
    return [(sa.bindparam(f"from_{number}"), sa.bindparam(f"to_{number}")) for number in range(words)]


def _values(wanted: list[Limits]) -> dict[str, str]:
    return {
        f"{side}_{number}": text
        for number, word in enumerate(wanted)
        for side, text in zip(("from", "to"), word, strict=True)
    }


def _contacts_with(wanted: list[Limits]) -> sa.Select[int]:
    rarest, *others = wanted
    contacts = sa.select(ContactTerm.contact_id).where(_is_within(ContactTerm.term, rarest)).distinct()
    return contacts.where(*(_has_term(word, ContactTerm.contact_id) for word in others))


def _has_term(word: Limits, contact_id: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    term = aliased(ContactTerm)
    return sa.exists().where(term.contact_id == contact_id, _is_within(term.term, word))


def _is_within(term: InstrumentedAttribute[str], word: Limits) -> sa.ColumnElement[bool]:
    first, after = word
    return sa.and_(term >= first, term < after)
