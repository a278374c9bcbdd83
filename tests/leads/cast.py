"""People that the tests of leads and of what stands above them share."""

from datetime import datetime

from app.accounts.models import User
from app.contacts.models import Contact, Subject, SubjectKind
from app.core.db import db
from app.core.words import sort_key
from app.leads.models import Lead
from app.leads.services import open_lead
from tests.conftest import NOW


def add_contact(name: str = "Siv Lund", phone: str = "070-174 06 21", email: str | None = None) -> Contact:
    """A person with a Swedish number, stored when the write ends."""
    contact = Contact(
        name=name,
        name_key=sort_key(name),
        email=email,
        email_key=email,
        phone=phone,
        phone_e164="+46" + phone.replace("-", "").replace(" ", "")[1:],
        created_at=NOW,
        active_at=NOW,
    )
    db.session.add(contact)
    return contact


def add_lead(
    contact: Contact,
    kind: SubjectKind = SubjectKind.SELF,
    name: str | None = None,
    now: datetime = NOW,
    owner: User | None = None,
) -> Lead:
    """A new lead of the contact's, about themselves or whom it says."""
    subject = Subject(contact=contact, kind=kind, name=name)
    db.session.add(subject)
    lead = open_lead(contact, subject, now, owner=owner)
    db.session.flush()
    return lead
