"""A lead is moved to another contact with all that is on it, and back."""

from typing import Any

import sqlalchemy as sa

from app.contacts.merge_rows import put_back, take_out
from app.contacts.models import Contact, Subject
from app.contacts.services import add_subject, find_or_add_subject, renew_terms, subject_called
from app.core.db import db
from app.core.rows import table_of
from app.enquiries.splits import EnquirySplit, Story
from app.leads.models import Lead
from app.leads.queries import is_subject_of_others


def move_lead(lead: Lead, to: Contact) -> Story:
    """Let the lead be with the other contact, who gains whom it is about; the first loses them with their last lead."""
    origin, old = lead.contact, lead.subject
    old_id = old.id
    is_last = not is_subject_of_others(lead)
    known = subject_called(to, old.kind, old.name)
    subject = known or add_subject(to, old.kind, old.name)
    lead.contact, lead.subject = to, subject
    db.session.flush()
    taken_out = take_out(table_of(Subject), Subject.id == old_id) if is_last else []
    db.session.expire_all()
    renew_terms(origin)
    return {
        "lead": lead.id,
        "subjects": [old_id, subject.id],
        "made_subject": None if known else subject.id,
        "subjects_out": taken_out,
    }


def give_lead_back(split: EnquirySplit, lead: Lead, story: Story) -> None:
    """Let it be with the first contact again, and about whom it was, or whom it is about by now."""
    origin = db.session.get_one(Contact, split.from_id)
    old_id, new_id = story["subjects"]
    for row in story["subjects_out"]:
        old_id = put_back(table_of(Subject), {**row, "contact_id": origin.id})
    is_unchanged = lead.subject_id == new_id and db.session.get(Subject, old_id) is not None
    about = lead.subject.kind, lead.subject.name
    lead.contact = origin
    lead.subject = db.session.get_one(Subject, old_id) if is_unchanged else find_or_add_subject(origin, *about)
    forget_subject(story["made_subject"])


def forget_subject(subject_id: Any) -> None:
    """Whom nothing is about any more, where the split has made them."""
    db.session.flush()
    is_needed = sa.exists().where(Lead.subject_id == subject_id)
    unused = sa.delete(Subject).where(Subject.id == subject_id, ~is_needed)
    db.session.execute(unused.execution_options(synchronize_session=False))
    db.session.expire_all()
