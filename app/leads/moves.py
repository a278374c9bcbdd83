"""What other rooms do when a lead moves to another stage. A room above this one registers it in the factory."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.leads.models import Lead
from app.leads.stages import Stage

MoveRule = Callable[[Lead, Stage, User | None, datetime], None]
_KEY = "ledtrad.lead_moves"


def when_moved(app: Flask, rule: MoveRule) -> None:
    """Call `rule(lead, left, actor, now)` in the same write as each move from the stage `left`."""
    app.extensions.setdefault(_KEY, []).append(rule)


def follow_move_rules(lead: Lead, left: Stage, actor: User | None, now: datetime) -> None:
    """Let every registered room do what the move asks of it."""
    for rule in current_app.extensions.get(_KEY, []):
        rule(lead, left, actor, now)
