"""How often one may try to sign in: limits per account and per network address, kept as keyed hashes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import SignInAttempt
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.filters import clock_time
from app.core.keys import current_keys
from app.core.network_addresses import network

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT = 5
MOST_PER_ADDRESS = 20


class TooManyAttempts(RuleBroken):
    """The limit is reached; nothing was checked."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tries, without saying who."""

    account_hash: str
    address_hash: str


def caller(email_key: str, address: str | None) -> Caller:
    """The caller for an account name, whether or not there is such an account, and a network address."""
    keys = current_keys()
    return Caller(keys.keyed_hash("sign-in account", email_key), keys.keyed_hash("sign-in address", network(address)))


def refuse_too_many(who: Caller, now: datetime, *, own: int = 0) -> None:
    """Raise TooManyAttempts, saying when one may try again. `own`: how many of those stored are this very try.

    Ask before storing an attempt, so that a locked door is not locked for longer by knocking, and after it (own=1), so
    that many tries at the same time cannot all slip through.
    """
    account = _opens_at(SignInAttempt.account_hash, who.account_hash, MOST_PER_ACCOUNT + own, now)
    address = _opens_at(SignInAttempt.address_hash, who.address_hash, MOST_PER_ADDRESS + own, now)
    locked = [moment for moment in (account, address) if moment is not None]
    if locked:
        raise TooManyAttempts(
            _(
                "För många försök. Vänta till kl. %(time)s och försök igen.",
                time=clock_time(max(locked) + timedelta(minutes=1)),
            )
        )


def _opens_at(column: InstrumentedAttribute[str], value: str, most: int, now: datetime) -> datetime | None:
    query = sa.select(SignInAttempt.at).where(column == value, SignInAttempt.at > now - WINDOW)
    at = db.session.scalar(query.order_by(SignInAttempt.at.desc()).offset(most - 1).limit(1))
    return None if at is None else at + WINDOW


def store_attempt(who: Caller, now: datetime) -> None:
    """Count a try. It stays until it succeeds (`forget_attempts`) or is old."""
    db.session.add(SignInAttempt(account_hash=who.account_hash, address_hash=who.address_hash, at=now))


def forget_attempts(who: Caller) -> None:
    """The right password was given: nothing counts against the account any more."""
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.account_hash == who.account_hash))


def forget_old_attempts(now: datetime) -> int:
    """Remove those that no longer count; how many."""
    gone = db.session.scalars(
        sa.delete(SignInAttempt).where(SignInAttempt.at <= now - WINDOW).returning(SignInAttempt.id)
    )
    return len(gone.all())
