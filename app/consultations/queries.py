from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.consultations.hosts import Host
from app.consultations.kinds import host_kind
from app.consultations.models import (
    IS_AHEAD,
    ChangeKind,
    Consultation,
    ConsultationChange,
    ConsultationOutcome,
    ConsultationState,
    Hold,
)
from app.core.db import db
from app.core.language import local_zone
from app.core.wall_clock import monday_of, start_of_day
from app.leads.lost_reasons import NOT_RIGHT
from app.leads.models import EventKind, LostReason
from app.leads.queries import WITH_NAMES, lead_to_change

IS_REQUESTED = Consultation.state == ConsultationState.REQUESTED
WITH_ALL = (
    joinedload(Consultation.kind, innerjoin=True),
    joinedload(Consultation.host, innerjoin=True).joinedload(Host.user, innerjoin=True),
    joinedload(Consultation.lead, innerjoin=True).options(*WITH_NAMES),
)
"""Loads what a row names: the kind, the host, and whom and what the lead is called after."""


def consultation_to_change(consultation_id: int) -> Consultation | None:
    """The booking with what it names. All who hold its kind, its own host and its lead are locked until the write ends:
    first the hosts in the order of their keys, then the lead, as whoever books does."""
    asked = sa.select(Consultation.kind_id, Consultation.host_id, Consultation.lead_id)
    found = db.session.execute(asked.where(Consultation.id == consultation_id)).first()
    if found is None:
        return None
    lock_hosts(found.kind_id, found.host_id)
    lead_to_change(found.lead_id)
    query = sa.select(Consultation).where(Consultation.id == consultation_id).options(*WITH_ALL)
    return db.session.scalar(query.execution_options(populate_existing=True))


def lock_hosts(kind_id: int, *others: int) -> list[int]:
    """Wait until nobody else changes what these hosts have booked: all who hold the kind, and the others named.

    On SQLite all who write queue anyway. Gives their keys.
    """
    holders = sa.select(host_kind.c.host_id).where(host_kind.c.kind_id == kind_id)
    locked = sa.select(Host).where(sa.or_(Host.id.in_(holders), Host.id.in_(others))).order_by(Host.id)
    # not FOR UPDATE: a row that merely names a host, as the history of a booking does, need not wait
    locked = locked.with_for_update(key_share=True, of=Host)
    return [host.id for host in db.session.scalars(locked.execution_options(populate_existing=True))]


def fewest_booked(hosts: Sequence[Host], starts_at: datetime) -> Host:
    """The one of them who has the least booked in the local week of that moment; the first where they are even."""
    if len(hosts) == 1:
        return hosts[0]
    zone = local_zone()
    monday = monday_of(starts_at.astimezone(zone).date())
    begins, ends = (start_of_day(first, zone) for first in (monday, monday + timedelta(days=7)))
    query = sa.select(Consultation.host_id, sa.func.count()).where(
        Consultation.host_id.in_([host.id for host in hosts]),
        Consultation.starts_at >= begins,
        Consultation.starts_at < ends,
        Consultation.state != ConsultationState.CANCELLED,
    )
    booked: dict[int, int] = dict(db.session.execute(query.group_by(Consultation.host_id)).all())
    return min(hosts, key=lambda host: booked.get(host.id, 0))


def by_nonce(nonce: str) -> Consultation | None:
    """The booking that a form with this number made."""
    return db.session.scalar(sa.select(Consultation).where(Consultation.nonce == nonce).options(*WITH_ALL))


def hold_of(nonce: str) -> Hold | None:
    """What the visitor with this form holds, or held."""
    return db.session.scalar(sa.select(Hold).where(Hold.nonce == nonce))


def live_holds_of(address_hash: str, now: datetime) -> int:
    """How many hours are held from one network address."""
    query = sa.select(sa.func.count()).select_from(Hold)
    return db.session.scalar(query.where(Hold.address_hash == address_hash, Hold.expires_at > now)) or 0


def ahead_of(*lead_ids: int) -> Sequence[Consultation]:
    """The leads' bookings that nobody has settled yet, the earliest first."""
    query = sa.select(Consultation).where(Consultation.lead_id.in_(lead_ids), IS_AHEAD).options(*WITH_ALL)
    return db.session.scalars(query.order_by(Consultation.starts_at, Consultation.id)).all()


def consultations_between(
    start: datetime, end: datetime, host_ids: Collection[int] | None = None
) -> Sequence[Consultation]:
    """What touches the time between two moments, cancelled ones aside, the earliest first; of these hosts or of all."""
    query = sa.select(Consultation).where(
        Consultation.starts_at < end,
        Consultation.ends_at > start,
        Consultation.state != ConsultationState.CANCELLED,
    )
    if host_ids is not None:
        query = query.where(Consultation.host_id.in_(host_ids))
    return db.session.scalars(query.options(*WITH_ALL).order_by(Consultation.starts_at, Consultation.id)).all()


def changes_of(consultation_id: int) -> Sequence[ConsultationChange]:
    """What has happened to a booking, the first first."""
    query = sa.select(ConsultationChange).where(ConsultationChange.consultation_id == consultation_id)
    return db.session.scalars(query.options(joinedload(ConsultationChange.actor)).order_by(ConsultationChange.id)).all()


def usual_reason(outcome: ConsultationOutcome) -> LostReason | None:
    """Why a lead is lost when the talk came to that, as long as the owner keeps the reason that we ship for it."""
    if outcome is not ConsultationOutcome.NOT_SUITABLE:
        return None
    query = sa.select(LostReason).where(LostReason.is_active, LostReason.name_sv == NOT_RIGHT[0])
    return db.session.scalar(query.order_by(LostReason.id).limit(1))


def consultation_with_all(consultation_id: int) -> Consultation | None:
    """The consultation with everything its page names."""
    query = sa.select(Consultation).where(Consultation.id == consultation_id)
    return db.session.scalar(query.options(*WITH_ALL, selectinload(Consultation.answers)))


def consultations_of(lead_id: int) -> Sequence[Consultation]:
    """All of a lead's consultations, the earliest first."""
    query = sa.select(Consultation).where(Consultation.lead_id == lead_id).options(*WITH_ALL)
    return db.session.scalars(query.order_by(Consultation.starts_at, Consultation.id)).all()


TOLD_AS = {
    ChangeKind.MADE: (EventKind.CONSULTATION_REQUESTED, EventKind.CONSULTATION_BOOKED),
    ChangeKind.CONFIRMED: (EventKind.CONSULTATION_BOOKED,),
    ChangeKind.MOVED: (EventKind.CONSULTATION_MOVED,),
    ChangeKind.CANCELLED: (EventKind.CONSULTATION_CANCELLED,),
    ChangeKind.SETTLED: (EventKind.CONSULTATION_HELD, EventKind.CONSULTATION_MISSED),
}
"""As which lines of the timeline a change is told, where it is."""


def changes_of_lead(lead_id: int) -> Mapping[tuple[int, datetime, EventKind], ConsultationChange]:
    """What happened to a lead's consultations, by what a line of its timeline knows: which one, when, and what."""
    query = sa.select(ConsultationChange).join(Consultation, Consultation.id == ConsultationChange.consultation_id)
    changes = db.session.scalars(query.where(Consultation.lead_id == lead_id).order_by(ConsultationChange.id))
    return {
        (change.consultation_id, change.at, event): change
        for change in changes
        for event in TOLD_AS.get(change.kind, ())
    }


WAITS = sa.and_(
    IS_AHEAD,
    sa.or_(Consultation.starts_at < sa.bindparam("before", type_=Consultation.starts_at.type), IS_REQUESTED),
)
"""Still to be held `before` a moment or to be told of how it went, or asked for and not confirmed yet."""


def talks_waiting(before: datetime, limit: int | None = None, user_id: int | None = None) -> Sequence[Consultation]:
    """What is to be held until a moment, told of after it, or confirmed; the earliest first. Of one host or all."""
    query = sa.select(Consultation).where(WAITS).order_by(Consultation.starts_at, Consultation.id)
    if user_id is not None:
        query = query.where(Consultation.host.has(Host.user_id == user_id))
    return db.session.scalars(query.limit(limit).options(*WITH_ALL), {"before": before}).all()


def untold_count(over_before: datetime) -> int:
    """How many talks were over before a moment, and nobody has said how they went."""
    query = sa.select(sa.func.count()).select_from(Consultation)
    return db.session.scalar(query.where(IS_AHEAD, Consultation.ends_at < over_before)) or 0
