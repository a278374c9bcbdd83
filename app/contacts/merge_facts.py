"""Which of two contacts' names, addresses and numbers stands when they become one, where they differ."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.contacts.merge_rows import Row, as_json, from_json
from app.contacts.models import Contact, ReachBy
from app.contacts.search_terms import dialled
from app.core.rows import table_of
from app.core.words import words


class Side(StrEnum):
    """One of the two: the one that stays, or the one that goes into it."""

    KEPT = "kept"
    GONE = "gone"


class Fact(StrEnum):
    """What is known of a contact, and chosen where the two differ."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    REACH_BY = "reach_by"
    LANGUAGE = "language"


COLUMNS: dict[Fact, tuple[str, ...]] = {
    Fact.NAME: ("name", "name_key"),
    Fact.EMAIL: ("email", "email_key"),
    Fact.PHONE: ("phone", "phone_e164"),
    Fact.REACH_BY: ("reach_by",),
    Fact.LANGUAGE: ("language",),
}
"""The columns that hold a fact, the one that is read first."""

REMEMBERED = (*COLUMNS.values(), ("created_at",), ("active_at",), ("compared_at",))
"""The columns of a contact that a merge or a split changes; those that say the same thing together."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that the two do not share: what each says, and which one we would keep."""

    fact: Fact
    values: dict[Side, Any]
    suggested: Side


def suggested_kept(one: Contact, other: Contact) -> Contact:
    """The one that we have known longer."""
    return min(one, other, key=lambda contact: (contact.created_at, contact.id))


def differences(kept: Contact, gone: Contact) -> list[Difference]:
    """What has to be chosen. Where only one of the two knows something, there is nothing to choose."""
    return [
        Difference(fact, {Side.KEPT: _said(kept, fact), Side.GONE: _said(gone, fact)}, suggested(fact, kept, gone))
        for fact in Fact
        if _is_known(kept, fact) and _is_known(gone, fact) and _compared(kept, fact) != _compared(gone, fact)
    ]


def agreed(kept: Contact, gone: Contact, differ: Collection[Difference]) -> list[tuple[Fact, Any]]:
    """What is known of them without any choice: both say it, or only one of them does."""
    asked = {difference.fact for difference in differ}
    sides = {Side.KEPT: kept, Side.GONE: gone}
    known = ((fact, sides[suggested(fact, kept, gone)]) for fact in Fact if fact not in asked)
    return [(fact, _said(contact, fact)) for fact, contact in known if _is_known(contact, fact)]


def suggested(fact: Fact, kept: Contact, gone: Contact) -> Side:
    """Whose fact is the better known: the one there is, the fuller name, the language they used last; else the kept."""
    if not _is_known(kept, fact):
        return Side.GONE
    if not _is_known(gone, fact):
        return Side.KEPT
    if fact is Fact.NAME and len(words(gone.name)) > len(words(kept.name)):
        return Side.GONE
    if fact is Fact.LANGUAGE and gone.active_at > kept.active_at:
        return Side.GONE
    return Side.KEPT


def chosen_facts(kept: Contact, gone: Contact, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the contact that the two become, by what was chosen and, where nothing was, what is suggested."""
    differ = {difference.fact for difference in differences(kept, gone)}
    facts: dict[str, Any] = {}
    for fact, columns in COLUMNS.items():
        side = Side(chosen[fact]) if fact in differ and fact in chosen else suggested(fact, kept, gone)
        source = gone if side is Side.GONE else kept
        facts |= {column: getattr(source, column) for column in columns}
    return facts


def _said(contact: Contact, fact: Fact) -> Any:
    return getattr(contact, COLUMNS[fact][0])


def _is_known(contact: Contact, fact: Fact) -> bool:
    return _said(contact, fact) not in (None, "", ReachBy.ANY)


def _compared(contact: Contact, fact: Fact) -> Any:
    if fact is Fact.EMAIL:
        return contact.email_key
    if fact is Fact.PHONE:
        return dialled(contact.phone, contact.phone_e164) or contact.phone
    return _said(contact, fact)


def facts_of(contact: Contact) -> Row:
    """What is known of a contact now, as JSON can hold it."""
    return as_json({name: getattr(contact, name) for names in REMEMBERED for name in names})


def take_back_facts(contact: Contact, before: Row, became: Row) -> None:
    """Give a contact back what it was called and reached by (`facts_of`), where nobody has changed it since."""
    was, is_now = (from_json(table_of(Contact), facts) for facts in (before, became))
    for columns in REMEMBERED:
        if all(getattr(contact, column) == is_now[column] for column in columns):
            for column in columns:
                setattr(contact, column, was[column])
