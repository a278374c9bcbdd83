"""What other rooms do when a consent is given or taken back. A room above this one registers it in the factory."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import User
from app.contacts.models import ConsentPurpose, Contact

ConsentRule = Callable[[Sequence[Contact], ConsentPurpose, User | None, datetime], None]
_GIVEN = "ledtrad.consent_given"
_WITHDRAWN = "ledtrad.consent_withdrawn"


def when_consent_given(app: Flask, rule: ConsentRule) -> None:
    """Call `rule(contacts, purpose, actor, now)` in the same write as each consent by word of mouth."""
    app.extensions.setdefault(_GIVEN, []).append(rule)


def when_consent_withdrawn(app: Flask, rule: ConsentRule) -> None:
    """Call `rule(contacts, purpose, actor, now)` in the same write as each withdrawal; without actor it is theirs."""
    app.extensions.setdefault(_WITHDRAWN, []).append(rule)


def follow_giving_rules(
    contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime
) -> None:
    """Let every registered room know of the yes."""
    _follow(_GIVEN, contacts, purpose, actor, now)


def follow_withdrawal_rules(
    contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime
) -> None:
    """Let every registered room stop what rested on the consents."""
    _follow(_WITHDRAWN, contacts, purpose, actor, now)


def _follow(key: str, contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    for rule in current_app.extensions.get(key, []):
        rule(contacts, purpose, actor, now)
