"""What follows a change of a booking by mail: who is told, what is no longer sent, when it is reminded of.

Called by the services, in the transaction of the change. Each mail carries the booking's version, and the versions
before it are called off, so that nobody is ever told a time that no longer holds.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.notices import held_until, quiet_hours_of
from app.consultations.hosts import Host
from app.consultations.models import ChangeKind, Consultation, ConsultationChange, ConsultationState
from app.consultations.reminders import reminders_of
from app.core.db import db
from app.core.language import local_zone
from app.mail.kinds import kind_of
from app.mail.reasons import MOVED, SETTLED
from app.mail.services import cancel, queue

SAID = {
    (ChangeKind.MADE, ConsultationState.REQUESTED): "consultation_requested",
    (ChangeKind.MADE, ConsultationState.BOOKED): "consultation_confirmation",
    (ChangeKind.CONFIRMED, ConsultationState.BOOKED): "consultation_confirmation",
    (ChangeKind.MOVED, ConsultationState.REQUESTED): "consultation_requested",
    (ChangeKind.MOVED, ConsultationState.BOOKED): "consultation_moved",
    (ChangeKind.CANCELLED, ConsultationState.CANCELLED): "consultation_cancelled",
    (ChangeKind.ASKED_TO_MOVE, ConsultationState.REQUESTED): "consultation_please_move",
    (ChangeKind.ASKED_TO_MOVE, ConsultationState.BOOKED): "consultation_please_move",
}
"""What the visitor is told of a change, by the state it led to; nothing of any other."""
BRINGS_REMINDERS = (ChangeKind.MADE, ChangeKind.CONFIRMED, ChangeKind.MOVED)
NOTICES = {
    ChangeKind.MADE: "new_consultation_notice",
    ChangeKind.MOVED: "consultation_changed_notice",
    ChangeKind.CANCELLED: "consultation_changed_notice",
}
"""What the host is told of a change that somebody else made."""


def tell_visitor(consultation: Consultation, change: ChangeKind, now: datetime) -> None:
    """Call off what earlier versions of the booking would have said, and say what the change asks for.

    A second call for the same change plans nothing more. Whoever left no address is told nothing, nor is anybody of a
    booking that looks like spam until we have said yes to it: its address was typed by whoever sent it. A talk that has
    begun is mailed of no more.
    """
    _call_off(consultation, change, now)
    if consultation.email is None or not is_ours(consultation):
        return
    kind = SAID.get((change, consultation.state))
    if kind is not None:
        _say(consultation, kind, change, now)
    if change in BRINGS_REMINDERS and consultation.state is ConsultationState.BOOKED:
        _plan_reminders(consultation, now)


def tell_host(
    consultation: Consultation,
    change: ChangeKind,
    now: datetime,
    *,
    actor: User | None = None,
    former: Host | None = None,
) -> None:
    """Tell the host, and the `former` one where it was handed over, what the visitor or a colleague (`actor`) did.

    After their quiet hours. Nobody is told of their own doing, nor who may not sign in or wants no mail when somebody
    writes to us.
    """
    kind = NOTICES.get(change)
    users = {host.user_id: host.user for host in (consultation.host, former) if host is not None}
    if actor is not None:
        users.pop(actor.id, None)
    for user in users.values():
        if kind is not None and user.is_active and user.wants_enquiry_notices:
            _queue_notice(consultation, kind, user, now)


def _queue_notice(consultation: Consultation, kind: str, user: User, now: datetime) -> None:
    queue(
        kind,
        address=user.email,
        language=user.language,
        dedupe_key=f"{_prefix(consultation, consultation.sequence)}{kind}:u{user.id}",
        context={"consultation": consultation.id, "version": consultation.sequence, "user": user.id},
        now=now,
        due_at=held_until(now, quiet_hours_of(user), local_zone()),
    )


def _call_off(consultation: Consultation, change: ChangeKind, now: datetime) -> None:
    """Versions that no longer hold say nothing more; one that is settled says nothing at all."""
    is_settled = change is ChangeKind.SETTLED
    for version in range(consultation.sequence + is_settled):
        cancel(
            now,
            reason=SETTLED if is_settled else MOVED,
            lead_id=consultation.lead_id,
            dedupe_prefix=_prefix(consultation, version),
        )


def _prefix(consultation: Consultation, version: int) -> str:
    """What the dedupe keys of all mails of one version begin with."""
    return f"consultation:{consultation.id}:v{version}:"


def is_ours(consultation: Consultation) -> bool:
    """Whether its visitor is told of it: not while it looks like spam and nobody here has said yes to it."""
    return not consultation.is_suspect or was_agreed(consultation)


def was_agreed(consultation: Consultation) -> bool:
    """Whether it has ever been more than a request, so that it may stand in the visitor's calendar."""
    agreed = sa.select(ConsultationChange.id).filter_by(
        consultation_id=consultation.id, to_state=ConsultationState.BOOKED
    )
    return consultation.state is ConsultationState.BOOKED or db.session.scalar(agreed.limit(1)) is not None


def _say(consultation: Consultation, kind: str, change: ChangeKind, now: datetime) -> None:
    asked_at = consultation.asked_to_move_at
    again = f":{int(asked_at.timestamp())}" if change is ChangeKind.ASKED_TO_MOVE and asked_at else ""
    _queue(consultation, kind, now, now, consultation.starts_at, again)


def _plan_reminders(consultation: Consultation, now: datetime) -> None:
    kind, zone = consultation.kind, ZoneInfo(consultation.zone)
    for each in reminders_of(consultation.starts_at, kind.reminds_at, kind.reminds_minutes_before, zone, now):
        _queue(consultation, each.kind, now, each.at, each.until)


def _queue(
    consultation: Consultation, kind: str, now: datetime, due_at: datetime, until: datetime, again: str = ""
) -> None:
    """Plan one mail to the visitor, unless it is too late for it already."""
    if until <= due_at or consultation.email is None:
        return
    queue(
        kind,
        address=consultation.email,
        language=consultation.language,
        dedupe_key=f"{_prefix(consultation, consultation.sequence)}{kind}{again}",
        context={"consultation": consultation.id, "version": consultation.sequence},
        now=now,
        lead_id=consultation.lead_id,
        due_at=due_at,
        latest_after=min(until - due_at, kind_of(kind).latest_after),
    )
