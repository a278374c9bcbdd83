"""What a yes and a no mean for leads: whether their mails may offer something, and a line on their timelines."""

from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.models import Consent, ConsentPurpose, Contact
from app.core.db import db
from app.leads.models import EventKind, Lead
from app.leads.queries import open_leads_of
from app.leads.services import tell
from app.mail.models import Message
from app.mail.unsubscribing import SaidNo


def wants_tips(message: Message) -> bool:
    """Whether the contact that the mail's lead is with has said yes to tips, and not taken it back."""
    yes = sa.exists().where(
        Lead.id == message.lead_id,
        Consent.contact_id == Lead.contact_id,
        Consent.purpose == ConsentPurpose.TIPS,
        Consent.withdrawn_at.is_(None),
    )
    return db.session.scalar(sa.select(yes)) or False


def tell_of_yes(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Say so on the timeline of each open lead."""
    for lead in open_leads_of(contact.id):
        tell(lead, EventKind.CONSENT_GIVEN, now, actor=actor, text=purpose.value)


def tell_of_withdrawal(contact: Contact, purpose: ConsentPurpose, actor: User | None, now: datetime) -> None:
    """Say so on the timeline of each open lead."""
    for lead in open_leads_of(contact.id):
        tell(lead, EventKind.CONSENT_WITHDRAWN, now, actor=actor, text=purpose.value)


def stop_tips_of_lead(said_no: SaidNo, now: datetime) -> None:
    """The mail belonged to a lead: its contact says no, whatever address they are reached at by now."""
    lead = db.session.get(Lead, said_no.lead_id) if said_no.lead_id else None
    if lead is not None:
        withdraw_consent(lead.contact, ConsentPurpose.TIPS, None, now)
