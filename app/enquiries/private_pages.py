"""The page that a signed link opens, without sign-in: one mailbox's side of one lead.

Contacts are matched by what anybody can type, so a stranger who knows somebody's number can land on their lead.
Therefore a link belongs to the mailbox it was mailed to, and shows what was sent with that address or answered to it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app

from app.core import links
from app.core.keys import current_keys
from app.core.mail_addresses import address_key
from app.core.public_addresses import public_address
from app.enquiries.models import Answer, Enquiry
from app.enquiries.queries import answers_of, enquiries_of
from app.enquiries.split_queries import leads_split_from
from app.leads.models import Lead
from app.leads.queries import lead_with_all

PURPOSE = "private"
LIVES = timedelta(days=90)
_KEY = "ledtrad.private_page_bookings"


@dataclass(frozen=True, slots=True)
class Booking:
    """A time that is booked: when, the address of its own page, and whose mailbox it was booked with."""

    starts_at: datetime
    address: str
    email: str | None


BookingRule = Callable[[int], Sequence[Booking]]


def bookings_are_known_by(app: Flask, rule: BookingRule) -> None:
    """Let the room that knows tell what a lead, by its key, has booked ahead. Until one does, there is nothing."""
    app.extensions[_KEY] = rule


def _bookings_of(lead_id: int) -> Sequence[Booking]:
    rule: BookingRule | None = current_app.extensions.get(_KEY)
    return rule(lead_id) if rule else ()


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What a link says: which lead, and whose mailbox (a keyed hash, since a link is no place for an address)."""

    lead_id: int
    mailbox: str


@dataclass(frozen=True, slots=True)
class PrivatePage:
    """What the holder of a link may see."""

    lead: Lead
    address: str
    enquiries: Sequence[Enquiry]
    answers: Sequence[Answer]
    bookings: Sequence[Booking] = ()

    @property
    def conversation(self) -> list[Enquiry | Answer]:
        """Their words and ours in the order they were written."""
        both: list[Enquiry | Answer] = [*self.enquiries, *self.answers]
        return sorted(both, key=lambda item: item.received_at if isinstance(item, Enquiry) else item.written_at)


def private_address(lead_id: int, address: str, language: str, written_at: datetime) -> str:
    """The full address of the mailbox's page; lives 90 days from `written_at`. Equal arguments give equal addresses."""
    token = links.sign(PURPOSE, [lead_id, _mailbox(address)], written_at + LIVES)
    return public_address("enquiries.private", token=token, lang=language)


def read_key(token: str, now: datetime) -> PrivateKey:
    """What the token opens. Raises LinkBroken, or LinkExpired with the key as its `data`."""
    try:
        lead_id, mailbox = links.read(PURPOSE, token, now)
    except links.LinkExpired as expired:
        raise links.LinkExpired(PrivateKey(*expired.data)) from None
    return PrivateKey(lead_id, mailbox)


def private_page(key: PrivateKey) -> PrivatePage | None:
    """What the key opens; None when the lead is gone, or nothing was ever sent or answered with that mailbox.

    A link outlives that what it opened was moved to another contact's lead.
    """
    pages = (_page_on(lead_id, key.mailbox) for lead_id in _leads_of(key))
    return next((page for page in pages if page), None)


def _leads_of(key: PrivateKey) -> Iterator[int]:
    yield key.lead_id
    yield from leads_split_from(key.lead_id)


def _page_on(lead_id: int, mailbox: str) -> PrivatePage | None:
    lead = lead_with_all(lead_id)
    if lead is None:
        return None
    enquiries = [enquiry for enquiry in enquiries_of(lead.id) if _mailbox(enquiry.email) == mailbox]
    answers = [answer for answer in answers_of(lead.id) if _mailbox(answer.email) == mailbox]
    if not enquiries and not answers:
        return None
    address = answers[-1].email if answers else enquiries[-1].email
    bookings = [booking for booking in _bookings_of(lead.id) if _mailbox(booking.email) == mailbox]
    return PrivatePage(lead, address or "", enquiries, answers, bookings)


def has_private_page(lead_id: int, address: str) -> bool:
    """Whether a link to the mailbox's page would open anything."""
    return private_page(PrivateKey(lead_id, _mailbox(address))) is not None


def _mailbox(address: str | None) -> str:
    return current_keys().keyed_hash("mailbox", address_key(address) or "")
