from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, TravelBand, host_kind
from app.consultations.models import Consultation
from app.core.db import db


def every_kind() -> Sequence[ConsultationKind]:
    """All kinds in their order, shown or hidden, with their hosts."""
    hosts = selectinload(ConsultationKind.hosts).joinedload(Host.user, innerjoin=True)
    query = sa.select(ConsultationKind).options(hosts)
    return _in_order(query)


def published_kinds() -> Sequence[ConsultationKind]:
    """What visitors can book, in the owner's order."""
    query = sa.select(ConsultationKind).where(ConsultationKind.is_published)
    return _in_order(query)


def held_kinds() -> Sequence[ConsultationKind]:
    """What we can book for somebody: all that an active host holds, offered to visitors or not."""
    held = sa.select(host_kind.c.kind_id).join(Host, Host.id == host_kind.c.host_id).join(User, User.id == Host.user_id)
    query = sa.select(ConsultationKind).where(ConsultationKind.id.in_(held.where(Host.is_active, User.is_active)))
    return _in_order(query)


def _in_order(query: sa.Select[ConsultationKind]) -> Sequence[ConsultationKind]:
    """As the owner has put them."""
    return db.session.scalars(query.order_by(ConsultationKind.position, ConsultationKind.id)).all()


def kind_by_slug(slug: str) -> ConsultationKind | None:
    """The kind at that address, published or not."""
    return db.session.scalar(sa.select(ConsultationKind).where(ConsultationKind.slug == slug))


def kind_to_change(kind_id: int) -> ConsultationKind | None:
    """The kind, its row locked."""
    query = sa.select(ConsultationKind).where(ConsultationKind.id == kind_id)
    return db.session.scalar(query.with_for_update(key_share=True))


def has_kinds() -> bool:
    """Whether there is any kind at all."""
    return db.session.scalar(sa.select(sa.exists().select_from(ConsultationKind))) or False


def every_slug() -> set[str]:
    """The addresses that are taken."""
    return set(db.session.scalars(sa.select(ConsultationKind.slug)))


def last_position() -> int:
    """The place of the last kind; -1 where there is none."""
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(ConsultationKind.position), -1))) or 0


def has_bookings(kind_id: int) -> bool:
    """Whether it has ever been booked."""
    return db.session.scalar(sa.select(sa.exists().where(Consultation.kind_id == kind_id))) or False


def booked_kinds() -> set[int]:
    """The kinds that have ever been booked, by id."""
    return set(db.session.scalars(sa.select(Consultation.kind_id).distinct()))


def ahead_counts(now: datetime) -> dict[int, int]:
    """How many bookings lie ahead, by the id of their kind."""
    query = sa.select(Consultation.kind_id, sa.func.count().label("number")).where(
        Consultation.settled_at.is_(None), Consultation.starts_at > now
    )
    return {row.kind_id: row.number for row in db.session.execute(query.group_by(Consultation.kind_id))}


def travel_bands() -> Sequence[TravelBand]:
    """How far we go, in the order of postcodes."""
    return db.session.scalars(sa.select(TravelBand).order_by(TravelBand.postcode_from)).all()
