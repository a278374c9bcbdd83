"""What other rooms do when a lead is won or lost. A room above this one registers it in the factory."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.leads.models import Lead

ClosingRule = Callable[[Lead, User | None, datetime], None]
_KEY = "ledtrad.lead_closing"


def when_closed(app: Flask, rule: ClosingRule) -> None:
    """Call `rule(lead, actor, now)` in the same write as each win or loss."""
    app.extensions.setdefault(_KEY, []).append(rule)


def follow_closing_rules(lead: Lead, actor: User | None, now: datetime) -> None:
    """Let every registered room clear away what it still owed the lead."""
    for rule in current_app.extensions.get(_KEY, []):
        rule(lead, actor, now)
