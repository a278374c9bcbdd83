"""What the table of all pages opens of consultations: the demo's kinds, and what its people have booked."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.consultations.availability import free_times
from app.consultations.booked_links import booked_token, earlier_address
from app.consultations.kind_queries import kind_by_slug
from app.consultations.kinds import ConsultationKind
from app.consultations.models import IS_AHEAD, Consultation, ConsultationState
from app.consultations.times_views import FORM
from app.consultations.travel import NO_TRAVEL, travel_to
from app.consultations.weeks import start_in_words
from app.core import form_tokens
from app.core.db import db

TALK, VISIT, POSTCODE = "samtal-pa-telefon", "besok-i-stallet", "99910"


def booking_facts(now: datetime) -> dict[str, Any]:
    """What the addresses of these pages are made of."""
    booked, requested = (_ahead(state, now) for state in (ConsultationState.BOOKED, ConsultationState.REQUESTED))
    latest = _ahead(ConsultationState.BOOKED, now, Consultation.starts_at.desc())
    return {
        "talk": TALK,
        "visit": VISIT,
        "postcode": POSTCODE,
        "visit_kind": _kind(VISIT).id,
        "consultation": booked.id,
        "other_host": next(host.id for host in booked.kind.hosts if host.id != booked.host_id),
        "requested_consultation": requested.id,
        "untold_consultation": _of(IS_AHEAD, Consultation.ends_at < now).id,
        "cancelled_consultation": _of(Consultation.state == ConsultationState.CANCELLED).id,
        "booked": booked_token(booked),
        "lead_with_a_talk": booked.lead_id,
        "requested": booked_token(requested),
        "earlier": earlier_address(latest, _free(latest.kind, now)).rpartition("/")[2].partition("?")[0],
        "talking": form_tokens.issue(FORM, TALK, now),
        "talk_start": start_in_words(_free(_kind(TALK), now)),
        "visiting": form_tokens.issue(FORM, VISIT, now),
        "visit_start": start_in_words(_free(_kind(VISIT), now)),
    }


def _ahead(state: ConsultationState, now: datetime, order: Any = Consultation.starts_at) -> Consultation:
    """The first in that order that its visitor may still move. NoResultFound where there is none."""
    later = Consultation.starts_at > now + timedelta(days=1)
    query = sa.select(Consultation).where(Consultation.state == state, later, Consultation.email.is_not(None))
    return db.session.scalars(query.order_by(order).limit(1)).one()


def _of(*conditions: sa.ColumnExpressionArgument[bool]) -> Consultation:
    """The latest booking of which that holds. NoResultFound where there is none."""
    query = sa.select(Consultation).where(*conditions).order_by(Consultation.starts_at.desc())
    return db.session.scalars(query.limit(1)).one()


def _kind(slug: str) -> ConsultationKind:
    kind = kind_by_slug(slug)
    if kind is None:
        raise LookupError(f"the demo has no {slug}")
    return kind


def _free(kind: ConsultationKind, now: datetime) -> datetime:
    travel = travel_to(POSTCODE) if kind.slug == VISIT else NO_TRAVEL
    days = (now.date(), now.date() + timedelta(days=kind.horizon_days))
    return free_times(kind, *days, now, travel=travel or NO_TRAVEL)[0].starts_at
