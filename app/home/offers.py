"""What the search box offers to do, with the address where it is done: commands, a call, a rest, a move."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core.filters import phone as phone_words
from app.core.filters import weekday
from app.core.labels import name_here
from app.core.phones import dialled_as
from app.core.words import fold
from app.core.words import words as words_of
from app.home.command_list import Command, commands_for
from app.home.search import callable_people
from app.leads.own_stages import stages_in_order
from app.leads.rest_words import rest_until

REST = ("lat affaren vila", "lat vila", "vila", "rest", "snooze", "pausa")
MOVE = ("flytta till", "flytta affaren till", "move to", "steg", "stage")
CALL = ("ring upp", "ring", "call", "phone")
MOST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the box: what it does, what more there is to know, and where it leads."""

    url: str
    icon: str
    words: Any
    under: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be done; `are_first` where the text says so much that it is meant, and no name."""

    rows: Sequence[Offer]
    are_first: bool


def offers_for(text: str, today: date, *, is_owner: bool, may_change: bool, lead_id: int | None) -> Offers:
    """What the text asks to be done, the most particular alone; on a lead's page what can be done with it."""
    deeds = [*_rests(text, today, lead_id), *_moves(text, lead_id)] if may_change else []
    particular = [*deeds, *_calls(text)]
    if particular:
        return Offers(particular, are_first=True)
    ranked = commands_for(text, is_owner=is_owner, may_change=may_change, on_lead=lead_id is not None)
    return Offers(
        [_of_command(command, lead_id) for _, command in ranked], are_first=any(not rank for rank, _ in ranked)
    )


def _of_command(command: Command, lead_id: int | None) -> Offer:
    values: dict[str, Any] = {**command.values, **({"lead_id": lead_id} if command.is_of_lead else {})}
    return Offer(url_for(command.endpoint, **values, _anchor=command.anchor or None), command.icon, command.words)


def _rests(text: str, today: date, lead_id: int | None) -> Iterator[Offer]:
    until = rest_until(said_after(REST, text), today) if lead_id is not None else None
    if until:
        words = _("Låt affären vila till %(day)s", day=f"{weekday(until)} {until.year}")
        url = url_for("home.rest", lead_id=lead_id, until=until.isoformat())
        yield Offer(url, "zzz", words, _("Du får se vad som händer innan något ändras."))


def _moves(text: str, lead_id: int | None) -> Iterator[Offer]:
    wanted = words_of(said_after(MOVE, text)) if lead_id is not None else []
    for own in stages_in_order() if wanted else ():
        if any(" ".join(words_of(name)).startswith(" ".join(wanted)) for name in (own.name_sv, own.name_en)):
            words = _("Flytta till %(stage)s", stage=name_here(own))
            yield Offer(url_for("leads.move", lead_id=lead_id, to=own.id), "arrow-right", words)


def _calls(text: str) -> Iterator[Offer]:
    for row in callable_people(said_after(CALL, text), MOST_CALLS):
        number = row.phone_e164 or row.phone
        yield Offer(f"tel:{dialled_as(number)}", "phone", _("Ring %(name)s", name=row.name), phone_words(number))


def said_after(verbs: tuple[str, ...], text: str) -> str:
    """What follows the first of the verbs that the text begins with; nothing where it begins with none of them."""
    for verb in verbs:
        if fold(text[: len(verb) + 1]) == f"{verb} ":
            return text[len(verb) + 1 :].strip()
    return ""
