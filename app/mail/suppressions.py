"""Addresses that get no more mail: of any kind, or none that offers something. Call changes inside `writing()`.

Only keyed hashes are kept, so that a no outlives the erasure of whoever said it, and their coming back by an import.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from app.core.db import db
from app.core.rows import insert_once, table_of
from app.core.statements import Statement
from app.mail.addresses import suppression_key
from app.mail.models import Suppression, SuppressionScope
from app.mail.outcomes import UNDELIVERABLE

UNSUBSCRIBED = "unsubscribed"
"""Why an address is suppressed for marketing: whoever reads it there has said no."""

_SUPPRESSION = table_of(Suppression)
_FIND = Statement(
    sa.select(_SUPPRESSION.c.at).where(
        _SUPPRESSION.c.address_hash == sa.bindparam("key"), _SUPPRESSION.c.scope == sa.bindparam("scope")
    )
)


def stop_undeliverable(address: str, now: datetime) -> None:
    """Send nothing more to an address that its server does not know. A second call changes nothing."""
    _suppress(suppression_key(address), SuppressionScope.ALL, UNDELIVERABLE, now)


def stop_marketing(address_hash: str, now: datetime) -> bool:
    """Send nothing more that offers something. False, and no change, when that was so already."""
    return _suppress(address_hash, SuppressionScope.MARKETING, UNSUBSCRIBED, now)


def keep_no(address_hash: str, now: datetime) -> None:
    """Whoever reads the mailbox wants nothing that offers something; a no that is said again counts from now on."""
    if not stop_marketing(address_hash, now):
        its = Suppression.address_hash == address_hash, Suppression.scope == SuppressionScope.MARKETING
        db.session.execute(sa.update(Suppression).where(*its).values(at=now))


def is_stopped(address: str, scope: SuppressionScope) -> bool:
    """Whether the address is suppressed in that scope."""
    return bool(_FIND.run({"key": suppression_key(address), "scope": scope}))


def has_said_no(address_hash: str) -> bool:
    """Whether whoever reads the mailbox wants nothing that offers something."""
    return db.session.get(Suppression, (address_hash, SuppressionScope.MARKETING)) is not None


def try_again(address: str) -> None:
    """Lift the stop that a server's refusal put on an address; a person's no stays."""
    _lift(address, Suppression.reason == UNDELIVERABLE)


def allow_marketing(address: str, consented_at: datetime) -> None:
    """Lift a person's no that is older than their yes. A no said since then stays."""
    _lift(address, Suppression.scope == SuppressionScope.MARKETING, Suppression.at < consented_at)


def allow_marketing_again(mailboxes: Collection[str], stopped_at: datetime) -> None:
    """Take back the stop that was put on these mailboxes (`stop_marketing`) at that moment, and no other."""
    put_then = Suppression.address_hash.in_(mailboxes), Suppression.at == stopped_at
    db.session.execute(sa.delete(Suppression).where(Suppression.scope == SuppressionScope.MARKETING, *put_then))


def _suppress(address_hash: str, scope: SuppressionScope, reason: str, now: datetime) -> bool:
    return insert_once(Suppression, address_hash=address_hash, scope=scope, reason=reason, at=now)


def _lift(address: str, *which: sa.ColumnElement[bool]) -> None:
    db.session.execute(sa.delete(Suppression).where(Suppression.address_hash == suppression_key(address), *which))
