"""A next step that is named with a move. The room above that plans steps registers how in the factory."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Protocol

from flask import Flask, current_app

from app.leads.models import Lead


class NamedStep(Protocol):
    """Something to do, and when."""

    @property
    def due_at(self) -> datetime: ...

    @property
    def due_on(self) -> date | None: ...


PlanRule = Callable[[Lead, Any, datetime], object]
_KEY = "ledtrad.lead_steps"


def steps_are_planned_by(app: Flask, rule: PlanRule) -> None:
    """Call `rule(lead, step, now)` to owe a lead the step that somebody has named."""
    app.extensions[_KEY] = rule


def plan_named(lead: Lead, step: NamedStep, now: datetime) -> None:
    """Owe the lead that step."""
    rule: PlanRule = current_app.extensions[_KEY]
    rule(lead, step, now)
