"""Somebody leaves, and somebody else takes over all that they answer for.

Rooms above this one register what of a lead they hold (`when_taken_over`), and what cannot be taken over by itself
(`stays_behind`), in the factory.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.services import hand_over, refuse_shut_out
from app.leads.stages import OPEN

_TAKEN_OVER = "ledtrad.leads_taken_over"
_STAYS = "ledtrad.leads_stay_behind"


@dataclass(frozen=True, slots=True)
class Gift:
    """What one user hands to another of a lead: all that is theirs of it, or `only` the things of those keys."""

    giver: User
    taker: User
    actor: User
    at: datetime
    only: Collection[int] | None = None

    def includes(self, thing_id: int, owner_id: int | None) -> bool:
        """Whether a thing of that key, which that user answers for, goes along."""
        return owner_id == self.giver.id and (self.only is None or thing_id in self.only)


@dataclass(frozen=True, slots=True)
class Charge:
    """One sort of thing that a user answers for, each belonging to a lead."""

    name: str
    words: Callable[[int], str]
    """So many of them, in words."""
    lead_ids: Callable[[int], Iterable[int]]
    """The leads of those that a user, by key, answers for; one for each thing."""
    give: Callable[[Lead, Gift], list[int]]
    """Called with the lead locked: gives what is of that lead, and says the keys of it."""


@dataclass(frozen=True, slots=True)
class Remains:
    """One sort of thing that somebody has to move by hand, and where."""

    words: Callable[[int], str]
    count: Callable[[int, datetime], int]
    endpoint: str


def when_taken_over(app: Flask, charge: Charge) -> None:
    """Let the charge go along when somebody takes over from somebody else."""
    app.extensions.setdefault(_TAKEN_OVER, []).append(charge)


def stays_behind(app: Flask, remains: Remains) -> None:
    """Tell whoever lets somebody leave of what does not go along."""
    app.extensions.setdefault(_STAYS, []).append(remains)


def charges_of(user: User) -> list[str]:
    """What the user answers for, in words, sort by sort; nothing of what there is none."""
    counts = ((charge, len(list(charge.lead_ids(user.id)))) for charge in _charges())
    return [charge.words(count) for charge, count in counts if count]


def remains_of(user: User, now: datetime) -> list[tuple[str, str]]:
    """What does not go along, in words, and the endpoint where it is moved."""
    counts = ((one, one.count(user.id, now)) for one in current_app.extensions.get(_STAYS, []))
    return [(one.words(count), one.endpoint) for one, count in counts if count]


def leads_to_take_over(user: User) -> list[int]:
    """The keys of all leads of which something is the user's, in the order in which they are locked."""
    return sorted({lead_id for charge in _charges() for lead_id in charge.lead_ids(user.id)})


def refuse_heir(leaver: User, heir: User) -> None:
    """Raise RuleBroken for whoever cannot take over."""
    if heir.id == leaver.id:
        raise RuleBroken(_l("Välj någon annan att lämna över till."))
    refuse_shut_out(heir)


def take_over(lead: Lead, gift: Gift) -> dict[str, list[int]]:
    """Give the taker all that the giver answers for of one lead, which is locked. A second call changes nothing.

    Says what it was: the keys of each sort, by its name.
    """
    refuse_heir(gift.giver, gift.taker)
    return {charge.name: charge.give(lead, gift) for charge in _charges()}


def give_back(lead: Lead, things: Mapping[str, Collection[int]], gift: Gift) -> None:
    """Give those things of one lead, which is locked, and no others."""
    for charge in _charges():
        charge.give(lead, replace(gift, only=things.get(charge.name, ())))


def _charges() -> list[Charge]:
    charges: list[Charge] = current_app.extensions.get(_TAKEN_OVER, [])
    return charges


def _open_leads(user_id: int) -> Iterable[int]:
    return db.session.scalars(sa.select(Lead.id).where(Lead.owner_id == user_id, Lead.stage.in_(OPEN))).all()


def _give_lead(lead: Lead, gift: Gift) -> list[int]:
    if not lead.is_open or not gift.includes(lead.id, lead.owner_id):
        return []
    hand_over(lead, gift.taker, gift.actor, gift.at)
    return [lead.id]


LEADS = Charge(
    "leads", lambda count: ngettext("En öppen affär", "%(num)s öppna affärer", count), _open_leads, _give_lead
)
"""The leads that somebody owns. Those that are closed keep their owner, for the reports."""
