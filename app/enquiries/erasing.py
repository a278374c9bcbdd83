from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import db
from app.core.mail_addresses import address_key
from app.core.phones import to_e164
from app.enquiries.models import Enquiry, EnquiryState


def forget_quarantined(contact: Contact, _actor: User | None, _now: datetime) -> None:
    """What an erased person wrote and nobody has let out of quarantine belongs to no lead yet, and goes as well.

    It is known by the address or the number; one that another contact has too may be that one's.
    """
    emails, numbers = _theirs_alone(contact, Contact.email_key), _theirs_alone(contact, Contact.phone_e164)
    waiting = sa.select(Enquiry.id, Enquiry.email, Enquiry.phone).where(Enquiry.state == EnquiryState.QUARANTINED)
    theirs = [
        enquiry_id
        for enquiry_id, email, phone in db.session.execute(waiting)
        if address_key(email) in emails or to_e164(phone) in numbers
    ]
    db.session.execute(sa.delete(Enquiry).where(Enquiry.id.in_(theirs)))


def _theirs_alone(contact: Contact, detail: InstrumentedAttribute[str | None]) -> set[str | None]:
    """The contact's own address or number, unless somebody else has it too."""
    own = getattr(contact, detail.key)
    others = sa.select(sa.exists().where(detail == own, Contact.id != contact.id))
    return {own} if own and not db.session.scalar(others) else set()
