"""A host's bookings for the host's own calendar program, under an address that nobody can guess.

It says "busy" alone, or a first name where the host wants that; never what a talk is about, nor its kind.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.consultations.calendar_files import Occasion, calendar_file, new_event, one_line
from app.consultations.host_time import TAKES_ITS_HOUR
from app.consultations.hosts import Host
from app.consultations.meetings import standing_of
from app.consultations.models import Consultation
from app.core.db import db
from app.core.keys import current_keys
from app.core.public_addresses import public_address
from app.leads.models import Lead
from app.settings.queries import the_business

BEHIND = timedelta(days=30)
READ_AGAIN = "PT15M"
"""How often programs are asked to fetch it (RFC 7986 5.7, and what Microsoft calls the same)."""


def new_feed(host: Host) -> str:
    """Let the host's bookings be read at a new address; the one before it is over.

    Gives the secret in it, which is told this once: only a hash of it is kept.
    """
    token = secrets.token_urlsafe(24)
    host.feed_hash = _hash(token)
    return token


def feed_address(token: str) -> str:
    """Where a feed lies."""
    return public_address("consultations.feed", token=token)


def revoke_feed(host: Host) -> None:
    """No address leads to the host's bookings any more; a second call changes nothing."""
    host.feed_hash = None


def show_names(host: Host, *, is_shown: bool) -> None:
    """Whether the feed names whom the host meets."""
    host.feed_shows_names = is_shown


def host_of_feed(token: str) -> Host | None:
    """Whose feed lies at that address; None where none does, nor for a user who may not sign in any more."""
    return db.session.scalar(
        sa.select(Host)
        .join(Host.user)
        .where(Host.feed_hash == _hash(token), User.is_active)
        .options(contains_eager(Host.user))
    )


def feed_of(host: Host, now: datetime) -> bytes:
    """The file: what takes the host's time from a month ago on. Equal bookings give equal bytes."""
    name = _("Bokningar hos %(business)s", business=the_business().name or "Ledtråd")
    events = []
    for consultation in _bookings(host, now):
        event = new_event(_occasion(consultation))
        event.add("summary", _summary(consultation, shows_names=host.feed_shows_names))
        events.append(event)
    return calendar_file("PUBLISH", events, x_wr_calname=one_line(name), x_published_ttl=READ_AGAIN)


def _bookings(host: Host, now: datetime) -> Sequence[Consultation]:
    return db.session.scalars(
        sa.select(Consultation)
        .where(
            Consultation.host_id == host.id, Consultation.ends_at > now - BEHIND, Consultation.state.in_(TAKES_ITS_HOUR)
        )
        .options(joinedload(Consultation.lead).joinedload(Lead.contact))
        .order_by(Consultation.starts_at, Consultation.id)
    ).all()


def _occasion(consultation: Consultation) -> Occasion:
    """The time that it takes, the way there and back included."""
    return Occasion(
        consultation.uid,
        consultation.sequence,
        consultation.occupied_from_at,
        consultation.occupied_until_at,
        consultation.created_at,
        standing_of(consultation),
    )


def _summary(consultation: Consultation, *, shows_names: bool) -> str:
    name = one_line(consultation.lead.contact.name).partition(" ")[0]
    words: str = _("Samtal med %(name)s", name=name) if shows_names and name else _("Upptaget")
    return words


def _hash(token: str) -> str:
    return current_keys().keyed_hash("feed", token)
