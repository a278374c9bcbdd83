"""Somebody leaves, and somebody else takes over all that they answer for.

Rooms above this one register what of a lead they hold (`when_taken_over`), and what cannot be taken over by itself
(`stays_behind`), in the factory.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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

TakeOver = Callable[[Lead, User, User, User, datetime], None]
_TAKEN_OVER = "ledtrad.leads_taken_over"
_STAYS = "ledtrad.leads_stay_behind"


@dataclass(frozen=True, slots=True)
class Charge:
    """One sort of thing that a user answers for, each belonging to a lead."""

    words: Callable[[int], str]
    """So many of them, in words."""
    lead_ids: Callable[[int], Iterable[int]]
    """The leads of those that a user, by key, answers for; one for each thing."""
    take_over: TakeOver
    """Called as `take_over(lead, leaver, heir, actor, now)` with the lead locked: gives what is of that lead."""


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


def take_over(lead: Lead, leaver: User, heir: User, actor: User, now: datetime) -> None:
    """Give the heir all that the leaver answers for of one lead, which is locked. A second call changes nothing."""
    refuse_heir(leaver, heir)
    for charge in _charges():
        charge.take_over(lead, leaver, heir, actor, now)


def _charges() -> list[Charge]:
    charges: list[Charge] = current_app.extensions.get(_TAKEN_OVER, [])
    return charges


def _open_leads(user_id: int) -> Iterable[int]:
    return db.session.scalars(sa.select(Lead.id).where(Lead.owner_id == user_id, Lead.stage.in_(OPEN))).all()


def _take_lead(lead: Lead, leaver: User, heir: User, actor: User, now: datetime) -> None:
    if lead.owner_id == leaver.id and lead.is_open:
        hand_over(lead, heir, actor, now)


LEADS = Charge(lambda count: ngettext("En öppen affär", "%(num)s öppna affärer", count), _open_leads, _take_lead)
"""The leads that somebody owns. Those that are closed keep their owner, for the reports."""
