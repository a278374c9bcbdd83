"""What a yes and a no mean for leads: whether their mails may offer something, and a line on their timelines."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.consents import reached_at, withdraw_consent
from app.contacts.models import ConsentPurpose, Contact
from app.contacts.queries import says_yes
from app.core.db import db
from app.leads.models import EventKind, Lead
from app.leads.queries import leads_to_change
from app.leads.services import tell
from app.mail.models import Message
from app.mail.services import stop_marketing_of
from app.mail.unsubscribing import SaidNo


def wants_tips(message: Message) -> bool:
    """Whether the contact that the mail's lead is with has said yes to tips, and not taken it back."""
    yes = says_yes(Lead.contact_id, ConsentPurpose.TIPS)
    return db.session.scalar(sa.select(sa.exists().where(Lead.id == message.lead_id, yes))) or False


def tell_of_yes(contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Say so on the timeline of each open lead."""
    _tell(EventKind.CONSENT_GIVEN, contacts, purpose, actor, now)


def tell_of_withdrawal(contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Say so on the timeline of each open lead, and lock all their leads before another rule asks for some of them."""
    _tell(EventKind.CONSENT_WITHDRAWN, contacts, purpose, actor, now)


def _tell(
    kind: EventKind, contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime
) -> None:
    for lead in leads_to_change(contacts):
        if lead.is_open:
            tell(lead, kind, now, actor=actor, text=purpose.value)


def stop_waiting_tips(contacts: Sequence[Contact], purpose: ConsentPurpose, _actor: User | None, now: datetime) -> None:
    """Without a yes to tips none leaves for their leads, not even one that a sender holds already."""
    if purpose is ConsentPurpose.TIPS:
        stop_marketing_of([lead.id for lead in leads_to_change(contacts)], now)


def stop_tips(said_no: SaidNo, now: datetime) -> None:
    """Somebody unsubscribed: everybody who is reached at that address takes their yes to tips back.

    So does the contact of the lead that the mail belonged to, whatever address they are reached at by now.
    """
    lead = db.session.get(Lead, said_no.lead_id) if said_no.lead_id else None
    contacts = dict.fromkeys(reached_at(said_no) + ([lead.contact] if lead else []))
    withdraw_consent(list(contacts), ConsentPurpose.TIPS, None, now)
