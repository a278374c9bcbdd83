"""The walk of the leads that came in a period: how many reached each stage, and how long they stood there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa
from flask_babel import gettext as _

from app.core.db import db
from app.core.labels import name_here
from app.leads.models import Lead
from app.leads.own_stages import first_stage, walk_in_order
from app.leads.stages import WALK, Stage
from app.reports.cells import Share
from app.reports.scope import Scope
from app.reports.tables import Column, Table, hours
from app.reports.walks import Place, Usual, places, usual_stays


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the walk, or the sale at its end."""

    name: str
    reached: int
    """Who came so far or further, once each, even where this stage was skipped."""
    of_before: Share | None
    """The part of those who reached the stage before it; None of the first."""
    of_all: Share
    standing: int
    """Who stands here now; of the sale nobody, since it is the end."""
    usual: Usual | None
    """How long those stood here who have left again; None where nobody has."""

    @property
    def usual_stay(self) -> timedelta | None:
        return self.usual.stay if self.usual else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps in the order of the walk, the sale last, and how many stand beside it."""

    steps: Sequence[Step]
    lost: int
    resting: int

    @property
    def came(self) -> int:
        """All of them: every lead begins in the first stage."""
        return self.steps[0].reached

    @property
    def won(self) -> int:
        return self.steps[-1].reached

    @property
    def walking(self) -> int:
        """Who is still under way."""
        return sum(step.standing for step in self.steps[:-1])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the leads that came in a period stand today."""

    came: int
    won: int
    walking: int

    @property
    def share(self) -> Share:
        """The part that was won."""
        return Share(self.won, self.came)


def standing(scope: Scope) -> Standing:
    """What is known of the leads that came in the period without following their walks."""
    query = sa.select(Lead.stage, sa.func.count()).where(*scope.came()).group_by(Lead.stage)
    counts: dict[Stage, int] = dict(db.session.execute(query).all())
    walking = sum(count for stage, count in counts.items() if stage in WALK)
    return Standing(sum(counts.values()), counts.get(Stage.WON, 0), walking)


def funnel(scope: Scope) -> Funnel:
    """How the leads that came in the period have walked, until now; by the owner's stages in the owner's order.

    A sale counts only while it stands: a lead that was won by mistake came no further than the walk.
    """
    walk = walk_in_order()
    found, stays = places(scope, walk), usual_stays(scope, walk)
    reached = _reached(found, len(walk))
    before = [None, *(Share(count, earlier) for earlier, count in pairwise(reached))]
    steps = [
        Step(name_here(own), count, of_before, Share(count, reached[0]), _standing(found, step), stays.get(step))
        for step, (own, count, of_before) in enumerate(
            zip((*walk, first_stage(Stage.WON)), reached, before, strict=True)
        )
    ]
    return Funnel(steps, _in(found, Stage.LOST), _in(found, Stage.RESTING))


def _reached(found: Mapping[Place, int], sale: int) -> list[int]:
    """How many came at least so far, for each step of the walk and for the sale after it."""
    came_to = [0] * (sale + 1)
    for place, count in found.items():
        came_to[sale if place.meaning is Stage.WON else max(0, place.step, place.furthest)] += count
    return [sum(came_to[step:]) for step in range(sale + 1)]


def _standing(found: Mapping[Place, int], step: int) -> int:
    return sum(count for place, count in found.items() if place.step == step)


def _in(found: Mapping[Place, int], meaning: Stage) -> int:
    return sum(count for place, count in found.items() if place.meaning is meaning)


def funnel_table(report: Funnel) -> Table:
    """The steps as rows."""
    columns = (
        Column(_("Steg")),
        Column(_("Nådde hit")),
        Column(_("Av steget före"), "%"),
        Column(_("Av alla"), "%"),
        Column(_("Står här nu")),
        Column(_("Mediantid"), hours()),
        Column(_("Har lämnat steget")),
    )
    rows = [
        (
            step.name,
            step.reached,
            step.of_before,
            step.of_all,
            step.standing,
            step.usual_stay,
            step.usual.count if step.usual else 0,
        )
        for step in report.steps
    ]
    return Table("funnel", _("Tratt"), columns, rows)
