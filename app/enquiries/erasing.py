from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import User
from app.contacts.merge_queries import stories_of
from app.contacts.models import Contact
from app.core.db import db
from app.core.mail_addresses import address_key
from app.core.phones import to_e164
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.splits import EnquirySplit
from app.leads.merging import forget_names
from app.leads.models import EventKind


def forget_quarantined(contact: Contact, _actor: User | None, _now: datetime) -> None:
    """What an erased person wrote and nobody has let out of quarantine belongs to no lead yet, and goes as well.

    It is known by the address or the number, of any contact that was merged into this one too; one that another contact
    has may be that one's.
    """
    went_into = [merge_story["gone"] for merge_story in stories_of(contact.id)]
    emails, numbers = (
        _theirs_alone(contact, detail, [gone[detail.key] for gone in went_into])
        for detail in (Contact.email_key, Contact.phone_e164)
    )
    waiting = sa.select(Enquiry.id, Enquiry.email, Enquiry.phone).where(Enquiry.state == EnquiryState.QUARANTINED)
    theirs = [
        enquiry_id
        for enquiry_id, email, phone in db.session.execute(waiting)
        if address_key(email) in emails or to_e164(phone) in numbers
    ]
    db.session.execute(sa.delete(Enquiry).where(Enquiry.id.in_(theirs)))


def _theirs_alone(
    contact: Contact, detail: InstrumentedAttribute[str | None], before: Collection[str | None]
) -> set[str]:
    """The contact's own addresses or numbers, now and before a merge, that nobody else has too."""
    own = {one for one in (getattr(contact, detail.key), *before) if one}
    others = sa.select(detail).where(detail.in_(own), Contact.id != contact.id)
    return own - set(db.session.scalars(others))


def forget_splits(contact: Contact, _actor: User | None, _now: datetime) -> None:
    """Whoever an erased person's enquiry was taken from or given to keeps neither their name nor the story of it."""
    theirs = sa.or_(EnquirySplit.from_id == contact.id, EnquirySplit.to_id == contact.id)
    forget_names((EventKind.SPLIT, EventKind.UNSPLIT), sa.select(EnquirySplit.id).where(theirs))
    db.session.execute(sa.delete(EnquirySplit).where(theirs).execution_options(synchronize_session=False))
