"""What other rooms do when a consent is given or taken back. A room above this one registers it in the factory."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.contacts.models import ConsentPurpose, Contact

ConsentRule = Callable[[Contact, ConsentPurpose, User | None, datetime], None]
_GIVEN = "ledtrad.consent_given"
_WITHDRAWN = "ledtrad.consent_withdrawn"


def when_consent_given(app: Flask, rule: ConsentRule) -> None:
    """Call `rule(contact, purpose, actor, now)` in the same write as each consent by word of mouth."""
    app.extensions.setdefault(_GIVEN, []).append(rule)


def when_consent_withdrawn(app: Flask, rule: ConsentRule) -> None:
    """Call `rule(contact, purpose, actor, now)` in the same write as each withdrawal; no actor is the contact's own."""
    app.extensions.setdefault(_WITHDRAWN, []).append(rule)


def follow_giving_rules(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Let every registered room know of the yes."""
    _follow(_GIVEN, contact, purpose, actor, now)


def follow_withdrawal_rules(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Let every registered room stop what rested on the consent."""
    _follow(_WITHDRAWN, contact, purpose, actor, now)


def _follow(key: str, contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    for rule in current_app.extensions.get(key, []):
        rule(contact, purpose, actor, now)
