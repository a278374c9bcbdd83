"""What can start a plan by itself, told to this room by the rooms where it happens.

Some are read off the lead, so many days after a moment that it keeps; others are told at once (`start_by_event`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import InstrumentedAttribute

from app.leads.models import Lead
from app.leads.stages import WALK, Stage

_KEY = "ledtrad.plan_triggers"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that a lead keeps, and the leads for which it counts."""

    column: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime]
    where: tuple[sa.ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something that happens to leads. Without a `moment`, the room where it happens tells of it."""

    name: str
    label: Any
    """What it is called where one chooses (lazily translated)."""
    words: Callable[[int], str]
    """When a plan starts: "when it has been silent for 4 days"."""
    moment: Moment | None = None
    is_for_won: bool = False
    """Whether it is about leads that are won; all others are about open ones."""
    yields_to_appointments: bool = False
    """Whether it starts nothing for a lead that has an hour agreed with us ahead: there is nothing to answer then."""


def register(app: Flask, trigger: Trigger) -> None:
    """Make a trigger known. A name is registered once."""
    known: dict[str, Trigger] = app.extensions.setdefault(_KEY, {})
    if trigger.name in known:
        raise ValueError(f"plan trigger {trigger.name} is registered twice")
    known[trigger.name] = trigger


def known_triggers() -> list[Trigger]:
    """All that can be chosen, in the order they were registered."""
    return list(_known().values())


def trigger_called(name: str | None) -> Trigger | None:
    """The trigger of that name; None where no room tells of it yet."""
    return _known().get(name or "")


def _known() -> dict[str, Trigger]:
    known: dict[str, Trigger] = current_app.extensions.get(_KEY, {})
    return known


def _silent_words(days: int) -> str:
    words: str = ngettext(
        "när vi har svarat och inte hört något på en dag",
        "när vi har svarat och inte hört något på %(num)s dagar",
        days,
    )
    return words


def _won_words(days: int) -> str:
    words: str = ngettext("en dag efter att affären vunnits", "%(num)s dagar efter att affären vunnits", days)
    return words


def _resting_words(days: int) -> str:
    words: str = ngettext("när affären har vilat en dag", "när affären har vilat i %(num)s dagar", days)
    return words


SILENT = Trigger(
    "silent",
    _l("Vi har svarat och inte hört något"),
    _silent_words,
    Moment(Lead.reached_out_at, (Lead.stage.in_(WALK), Lead.heard_at < Lead.reached_out_at)),
    yields_to_appointments=True,
)
WON = Trigger(
    "won", _l("Affären är vunnen"), _won_words, Moment(Lead.closed_at, (Lead.stage == Stage.WON,)), is_for_won=True
)
RESTING = Trigger(
    "resting",
    _l("Affären vilar"),
    _resting_words,
    Moment(Lead.stage_changed_at, (Lead.stage == Stage.RESTING,)),
)
TRIGGERS = (SILENT, WON, RESTING)
"""Those that can be read off a lead."""
