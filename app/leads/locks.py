"""What is locked before a lead, since all lock in one order. A room above this one registers it in the factory."""

from collections.abc import Callable

from flask import Flask, current_app

from app.core.db import db

LockRule = Callable[[int], None]
_KEY = "ledtrad.locks_before_leads"


def locked_before_leads(app: Flask, rule: LockRule) -> None:
    """Call `rule(lead_id)` before that lead is locked, to lock what a move of the lead may change."""
    app.extensions.setdefault(_KEY, []).append(rule)


def lock_what_comes_first(lead_id: int) -> None:
    """Let every registered room lock what comes before the lead. On SQLite all who write queue anyway."""
    if db.engine.dialect.name == "postgresql":
        for rule in current_app.extensions.get(_KEY, []):
            rule(lead_id)
