"""Whose matter something is: whom we know already, whom it is about, and whether they have an open lead for it."""

from dataclasses import dataclass
from datetime import datetime

from app.contacts.models import Contact, Subject, SubjectKind
from app.contacts.services import Person, add_subject, find_or_add_subject, known_or_new_contact, learn
from app.leads.models import Lead
from app.leads.queries import open_lead_of


@dataclass(frozen=True, slots=True)
class Matter:
    """A person, whom it is about, and their open lead for that, locked, where they have one."""

    contact: Contact
    subject: Subject
    lead: Lead | None
    is_new: bool
    """Whether we did not know the person, so that nothing of theirs needs to be looked for."""


def matter_of(who: Person, kind: SubjectKind, name: str | None, now: datetime) -> Matter:
    """Find or add the person and whom it is about. What is new of a known one is kept once their lead is locked."""
    contact, is_new = known_or_new_contact(who, now)
    if is_new:
        return Matter(contact, add_subject(contact, kind, name), None, is_new)
    subject = find_or_add_subject(contact, kind, name)
    lead = open_lead_of(contact.id, subject.id)
    learn(contact, who)
    return Matter(contact, subject, lead, is_new)
