"""What other rooms do when a lead moves to another stage, or back. A room above registers it in the factory."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.leads.models import Lead
from app.leads.stages import Stage

MoveRule = Callable[[Lead, Stage, User | None, datetime], None]
UndoRule = Callable[[Lead, datetime], None]
_KEY, _UNDO = "ledtrad.lead_moves", "ledtrad.lead_moves_undone"


def when_moved(app: Flask, rule: MoveRule) -> None:
    """Call `rule(lead, left, actor, now)` in the same write as each move from the stage `left`."""
    app.extensions.setdefault(_KEY, []).append(rule)


def follow_move_rules(lead: Lead, left: Stage, actor: User | None, now: datetime) -> None:
    """Let every registered room do what the move asks of it."""
    for rule in current_app.extensions.get(_KEY, []):
        rule(lead, left, actor, now)


def when_move_undone(app: Flask, rule: UndoRule) -> None:
    """Call `rule(lead, made_at)` in the same write as a move that was made then is taken back."""
    app.extensions.setdefault(_UNDO, []).append(rule)


def follow_undo_rules(lead: Lead, made_at: datetime) -> None:
    """Let every registered room take back what it did for the move."""
    for rule in current_app.extensions.get(_UNDO, []):
        rule(lead, made_at)
