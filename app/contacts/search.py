"""How contacts are found by what somebody remembers of them: a name, an address, a number in any form, a horse."""

import re
from collections.abc import Sequence
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.contacts.models import ContactTerm
from app.contacts.search_terms import TERM_LENGTH
from app.core.db import at_most, db
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
    counted = sorted(zip(_how_common(wanted), wanted, strict=True), key=itemgetter(0))
    if counted[0][0] > MANY:
        return sa.and_(*(_has_term(word, contact_id) for word in wanted))
    found = _contacts_with([word for _, word in counted])
    ids = db.session.scalars(found.limit(at_most(FEW + 1))).all()
    if len(ids) <= FEW:
        return contact_id.in_(ids)
    return contact_id.in_(found).is_(sa.true())  # of a condition in a condition no planner makes a join


def _how_common(wanted: list[str]) -> Sequence[int]:
    """With how many contacts each word is found, counted no further than needed."""
    beginning = (sa.select(ContactTerm.term).where(_begins_with(ContactTerm.term, word)) for word in wanted)
    counts = (sa.select(sa.func.count()).select_from(rows.limit(at_most(MANY + 1)).subquery()) for rows in beginning)
    return db.session.execute(sa.select(*(count.scalar_subquery() for count in counts))).one()


def _contacts_with(wanted: list[str]) -> sa.Select[int]:
    rarest, *others = wanted
    contacts = sa.select(ContactTerm.contact_id).where(_begins_with(ContactTerm.term, rarest)).distinct()
    return contacts.where(*(_has_term(word, ContactTerm.contact_id) for word in others))


def _has_term(word: str, contact_id: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    term = aliased(ContactTerm)
    return sa.exists().where(term.contact_id == contact_id, _begins_with(term.term, word))


def _begins_with(term: InstrumentedAttribute[str], word: str) -> sa.ColumnElement[bool]:
    return sa.and_(term >= word, term < word + _AFTER_ALL_LETTERS)
