"""Where the lists stand, and what is known of each: its page, its columns."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from flask import url_for

from app.contacts.columns import USUAL as CONTACT_COLUMNS
from app.core.conditions import conditions_for
from app.leads.columns import USUAL as LEAD_COLUMNS
from app.lists.models import ListOf


@dataclass(frozen=True, slots=True)
class Place:
    """One list: the endpoint of its page, and the columns that it usually shows."""

    endpoint: str
    usual: tuple[StrEnum, ...]


PLACES = {
    ListOf.LEADS: Place("leads.index", LEAD_COLUMNS),
    ListOf.CONTACTS: Place("contacts.index", CONTACT_COLUMNS),
}


def list_url(list_of: ListOf, asked: str = "", **values: Any) -> str:
    """The list's page as it was asked for; a value of None leaves that part of the query out."""
    known = {"q", "sort", "cols", *(condition.name for condition in conditions_for(list_of))}
    query = {name: given for name, given in parse_qs(asked).items() if name in known}
    return url_for(PLACES[list_of].endpoint, **{**query, **values})
