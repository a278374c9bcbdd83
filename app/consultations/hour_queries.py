from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.consultations.hosts import DayOverride, Host, OpeningHours
from app.core.db import db


def host_of(user_id: int) -> Host | None:
    """The user as a host; None where they hold nothing."""
    return db.session.scalar(sa.select(Host).where(Host.user_id == user_id))


def host_to_change(host_id: int) -> Host | None:
    """The host, locked until the write ends, as whoever books locks it."""
    return db.session.scalar(sa.select(Host).where(Host.id == host_id).with_for_update(key_share=True))


def every_host() -> Sequence[Host]:
    """All hosts with their users, by name."""
    query = sa.select(Host).join(Host.user).options(joinedload(Host.user, innerjoin=True))
    return db.session.scalars(query.order_by(User.name, Host.id)).all()


def hosts_among(user_ids: Collection[int]) -> dict[int, Host]:
    """Which of the users are hosts, by the user's id."""
    query = sa.select(Host).where(Host.user_id.in_(user_ids))
    return {host.user_id: host for host in db.session.scalars(query)}


def weekly_rows(host_id: int) -> Sequence[OpeningHours]:
    """The hours of the host's week, as the week goes."""
    query = sa.select(OpeningHours).where(OpeningHours.host_id == host_id)
    order = OpeningHours.weekday, OpeningHours.opens_minute, OpeningHours.id
    return db.session.scalars(query.order_by(*order)).all()


def overrides_from(host_id: int, first_on: date) -> Sequence[DayOverride]:
    """The days that differ, from one on, in order."""
    query = sa.select(DayOverride).where(DayOverride.host_id == host_id, DayOverride.day_on >= first_on)
    return db.session.scalars(query.order_by(DayOverride.day_on, DayOverride.opens_minute, DayOverride.id)).all()


def differing_days(host_id: int, days: Collection[date]) -> set[date]:
    """Which of these days differ already."""
    query = sa.select(DayOverride.day_on).where(DayOverride.host_id == host_id, DayOverride.day_on.in_(days))
    return set(db.session.scalars(query))
