"""Pairs of contacts who may be one person: which are still to be decided, and what speaks for and against."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.contacts.matching import clearly_differ
from app.contacts.models import IS_OPEN_PAIR, Contact, DuplicateReason, PossibleDuplicate, Subject, SubjectKind
from app.contacts.queries import subjects_of
from app.contacts.search_terms import dialled
from app.core.db import db
from app.core.paging import Order, page_of
from app.core.words import fold

MOST_COUNTED = 99
PAGE_SIZE = 10
_ORDER = (Order((PossibleDuplicate.id,), is_descending=True),)


class Sign(StrEnum):
    """Something that two contacts share, or do not."""

    SAME_ADDRESS = "same_address"
    SAME_NUMBER = "same_number"
    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    SAME_HORSE = "same_horse"
    OTHER_NAME = "other_name"
    OTHER_ADDRESS = "other_address"
    OTHER_NUMBER = "other_number"
    OTHER_HORSE = "other_horse"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts who may be the same, the one we have known longer first."""

    id: int
    reason: DuplicateReason
    contacts: tuple[Contact, Contact]
    subjects: dict[int, list[Subject]]
    speaks_for: Sequence[Sign]
    speaks_against: Sequence[Sign]
    is_said_to_be_same: bool
    """Somebody has said that they are the same, and they have not been merged."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some pairs, and what asks for those after them."""

    rows: Sequence[Pair]
    after: str | None


def pairs_page(after: str | None = None) -> Pairs:
    """The pairs that nobody has decided, and those that were said to be the same; the last found first."""
    one, other = aliased(Contact), aliased(Contact)
    query = (
        sa.select(PossibleDuplicate, one, other)
        .join(one, one.id == PossibleDuplicate.contact_id)
        .join(other, other.id == PossibleDuplicate.other_id)
        .where(IS_OPEN_PAIR)
    )
    page = page_of(query, _ORDER, after, PAGE_SIZE)
    subjects = subjects_of({contact.id for row in page.rows for contact in row[1:3]})
    return Pairs([_pair(row[0], row[1], row[2], subjects) for row in page.rows], page.after)


def count_pairs() -> int:
    """How many wait, counted no further than `MOST_COUNTED`."""
    waiting = sa.select(PossibleDuplicate.id).where(IS_OPEN_PAIR).limit(MOST_COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0


def _pair(found: PossibleDuplicate, one: Contact, other: Contact, subjects: dict[int, list[Subject]]) -> Pair:
    older, newer = sorted((one, other), key=attrgetter("created_at", "id"))
    signs = signs_of(older, newer, subjects.get(older.id, ()), subjects.get(newer.id, ()))
    return Pair(
        found.id,
        found.reason,
        (older, newer),
        subjects,
        [sign for sign in signs if not sign.startswith("other_")],
        [sign for sign in signs if sign.startswith("other_")],
        bool(found.are_same),
    )


def signs_of(
    one: Contact, other: Contact, subjects: Collection[Subject] = (), others: Collection[Subject] = ()
) -> list[Sign]:
    """What speaks for their being one person, and against it. What only one of them told says nothing."""
    number, other_number = (dialled(contact.phone, contact.phone_e164) for contact in (one, other))
    horses, other_horses = _horses(subjects), _horses(others)
    return [
        *_compared(one.email_key, other.email_key, Sign.SAME_ADDRESS, Sign.OTHER_ADDRESS),
        *_compared(number, other_number, Sign.SAME_NUMBER, Sign.OTHER_NUMBER),
        _name_sign(one.name, other.name),
        *([Sign.SAME_HORSE if horses & other_horses else Sign.OTHER_HORSE] if horses and other_horses else []),
    ]


def _compared(one: str | None, other: str | None, same: Sign, different: Sign) -> list[Sign]:
    if not one or not other:
        return []
    return [same if one == other else different]


def _name_sign(one: str, other: str) -> Sign:
    if fold(one) == fold(other):
        return Sign.SAME_NAME
    return Sign.OTHER_NAME if clearly_differ(one, other) else Sign.LIKE_NAME


def _horses(subjects: Collection[Subject]) -> set[str]:
    return {fold(subject.name) for subject in subjects if subject.kind is SubjectKind.HORSE and subject.name}
