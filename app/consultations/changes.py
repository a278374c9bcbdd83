"""The history of a booking: every change with who, when, from what, to what; and who is told of it."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.consultations.earlier import offer_given_up
from app.consultations.hosts import Host
from app.consultations.letters import tell_host, tell_visitor
from app.consultations.models import ChangeKind, Consultation, ConsultationChange, ConsultationState
from app.core.db import db

GIVES_UP_ITS_TIME = (ChangeKind.MOVED, ChangeKind.CANCELLED)


@dataclass(frozen=True, slots=True)
class Before:
    """What a booking was before a change."""

    starts_at: datetime
    host_id: int
    state: ConsultationState

    @classmethod
    def of(cls, consultation: Consultation) -> "Before":
        return cls(consultation.starts_at, consultation.host_id, consultation.state)


def keep_change(
    consultation: Consultation,
    kind: ChangeKind,
    actor: User | None,
    now: datetime,
    *,
    before: Before | None = None,
    why: str | None = None,
) -> None:
    """Write down what the booking was and is, and mail whoever has to know; without an actor it was the visitor.

    Whoever waits for an earlier time is told of the one that it gives up, so its cells are free by now.
    """
    db.session.add(
        ConsultationChange(
            consultation_id=consultation.id,
            kind=kind,
            at=now,
            actor_id=actor.id if actor else None,
            from_starts_at=before.starts_at if before else None,
            to_starts_at=consultation.starts_at,
            from_host_id=before.host_id if before else None,
            to_host_id=consultation.host_id,
            from_state=before.state if before else None,
            to_state=consultation.state,
            sequence=consultation.sequence,
            why=why or None,
        )
    )
    former = db.session.get_one(Host, before.host_id) if before else None
    tell_visitor(consultation, kind, now)
    tell_host(consultation, kind, now, actor=actor, former=former)
    if before is not None and kind in GIVES_UP_ITS_TIME:
        offer_given_up(consultation, before.starts_at, now)
