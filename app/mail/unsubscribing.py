"""A no to what offers something: by the link at the foot of a mail, or by the mail program's own button (RFC 8058)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app

from app.core import links
from app.core.db import db
from app.core.public_addresses import public_address
from app.mail.addresses import suppression_key
from app.mail.models import Message
from app.mail.services import stop_marketing_to
from app.mail.suppressions import keep_no

PURPOSE = "unsubscribe"
LIVES = timedelta(days=3650)
"""What a signed link has to say; when it is over, the link works all the same."""

_KEY = "ledtrad.unsubscribing"


@dataclass(frozen=True, slots=True)
class SaidNo:
    """Who said no: the keyed hash of the mailbox and, while the mail that carried the link is kept, what it tells."""

    address_hash: str
    address: str | None = None
    lead_id: int | None = None


UnsubscribingRule = Callable[[SaidNo, datetime], None]


def when_unsubscribed(app: Flask, rule: UnsubscribingRule) -> None:
    """Call `rule(said_no, now)` in the same write as each no. A mailbox may say it again and again."""
    app.extensions.setdefault(_KEY, []).append(rule)


def unsubscribe_address(message: Message) -> str:
    """The full address of the page that says no for the mailbox of this mail; the same each time it is asked for.

    It carries no address: links are kept in logs and histories.
    """
    token = links.sign(PURPOSE, [message.id, suppression_key(message.address)], message.created_at + LIVES)
    return public_address("mail.unsubscribe", token=token, lang=message.language)


def read_said_no(token: str, now: datetime) -> SaidNo:
    """Who says no by that link. It never grows too old. Raises LinkBroken for one that is not ours."""
    try:
        message_id, address_hash = links.read(PURPOSE, token, now)
    except links.LinkExpired as expired:
        message_id, address_hash = expired.data
    message = db.session.get(Message, message_id)
    if message is None or suppression_key(message.address) != address_hash:
        return SaidNo(address_hash)
    return SaidNo(address_hash, message.address, message.lead_id)


def unsubscribe(said_no: SaidNo, now: datetime) -> None:
    """Send nothing more to the mailbox that offers something. A second call changes nothing but when it was said.

    What waits is stopped last: who changes a lead locks that first, and then its mails.
    """
    keep_no(said_no.address_hash, now)
    for rule in current_app.extensions.get(_KEY, []):
        rule(said_no, now)
    if said_no.address:
        stop_marketing_to(said_no.address, now)
