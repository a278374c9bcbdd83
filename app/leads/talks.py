"""What other rooms do when a call was answered. A room above this one registers it in the factory."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.leads.models import Lead

TalkRule = Callable[[Lead, User, datetime], None]
_KEY = "ledtrad.lead_talks"


def when_talked(app: Flask, rule: TalkRule) -> None:
    """Call `rule(lead, actor, now)` in the same write as each call that was answered."""
    app.extensions.setdefault(_KEY, []).append(rule)


def follow_talk_rules(lead: Lead, actor: User, now: datetime) -> None:
    """Let every registered room do what the talk asks of it."""
    for rule in current_app.extensions.get(_KEY, []):
        rule(lead, actor, now)
