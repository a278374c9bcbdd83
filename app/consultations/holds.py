"""An hour that is kept for a visitor who fills in the form."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.consultations.cells import CellTaken, occupy
from app.consultations.choosing import Asked
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Hold
from app.consultations.queries import live_holds_of, lock_hosts
from app.consultations.travel import NO_TRAVEL, Travel
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.turns import take_turns

LASTS = timedelta(minutes=10)
MOST_FROM_ONE_ADDRESS = 3


def hold_time(
    kind: ConsultationKind,
    starts_at: datetime,
    nonce: str,
    now: datetime,
    *,
    host: Host | None = None,
    travel: Travel = NO_TRAVEL,
    address_hash: str | None = None,
) -> Hold:
    """Keep the hour for ten minutes, with the host asked for or one who is free; what the same form held is let go.

    Raises TimeTaken or NotOffered as booking does. More than three from one network address are refused.
    """
    take_turns(f"booking:{nonce}", *([f"holds:{address_hash}"] if address_hash else []))
    make_room(kind, nonce, now)
    _refuse_too_many(address_hash, now)
    asked = Asked(kind, starts_at, now, host, travel)
    hold = Hold(
        nonce=nonce,
        kind_id=kind.id,
        host_id=asked.free_host().id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=kind.length_minutes),
        travel_minutes=travel.minutes,
        expires_at=now + LASTS,
        address_hash=address_hash,
    )
    db.session.add(hold)
    db.session.flush()
    try:
        occupy(hold)
    except CellTaken:
        raise asked.just_taken() from None
    return hold


def make_room(kind: ConsultationKind, nonce: str | None, now: datetime, *others: int) -> None:
    """Lock who holds the kind, and the hosts `others`; free what this form holds, and what nobody came back for."""
    host_ids = lock_hosts(kind.id, *others)
    is_over = sa.and_(Hold.host_id.in_(host_ids), Hold.expires_at <= now)
    let_go = sa.delete(Hold).where(sa.or_(is_over, Hold.nonce == nonce))
    db.session.execute(let_go.execution_options(synchronize_session=False))


def _refuse_too_many(address_hash: str | None, now: datetime) -> None:
    if address_hash and live_holds_of(address_hash, now) >= MOST_FROM_ONE_ADDRESS:
        raise RuleBroken(
            _l("Härifrån hålls redan flera tider åt någon som fyller i sina uppgifter. Försök igen om tio minuter.")
        )
