"""What other rooms do when a contact takes a consent back. A room above this one registers it in the factory."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.contacts.models import ConsentPurpose, Contact

WithdrawalRule = Callable[[Contact, ConsentPurpose, User | None, datetime], None]
_KEY = "ledtrad.consent_withdrawals"


def when_consent_withdrawn(app: Flask, rule: WithdrawalRule) -> None:
    """Call `rule(contact, purpose, actor, now)` in the same write as each withdrawal; no actor is the contact's own."""
    app.extensions.setdefault(_KEY, []).append(rule)


def follow_withdrawal_rules(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Let every registered room stop what rested on the consent."""
    for rule in current_app.extensions.get(_KEY, []):
        rule(contact, purpose, actor, now)
