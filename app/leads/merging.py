"""What a merge of two contacts means for their leads: they wait for it, and tell of it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.merges import ContactMerge
from app.contacts.models import Contact
from app.core.db import db
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import leads_of_contacts, leads_to_change
from app.leads.services import write_line


def lock_leads_of(contact_ids: Collection[int]) -> None:
    """Lock their leads in the order of their keys: who changes a lead locks that first, and then its contact."""
    db.session.execute(leads_of_contacts(contact_ids).with_only_columns(Lead.id).with_for_update())


def tell_of_merge(merge: ContactMerge, kept: Contact, gone: Contact, actor: User | None, now: datetime) -> None:
    """Say on the timeline of each of their leads who the other was."""
    _tell(EventKind.MERGED, merge, kept, gone, actor, now)


def tell_of_undoing(merge: ContactMerge, kept: Contact, gone: Contact, actor: User | None, now: datetime) -> None:
    """Say on the timeline of each lead of both who is somebody else again."""
    _tell(EventKind.UNMERGED, merge, kept, gone, actor, now)


def _tell(
    kind: EventKind, merge: ContactMerge, kept: Contact, gone: Contact, actor: User | None, now: datetime
) -> None:
    for contact, other in ((kept, gone), (gone, kept)):
        for lead in leads_to_change([contact]):
            write_line(lead, kind, now, actor=actor, about_id=merge.id, text=other.name)


def forget_name_elsewhere(contact: Contact, _actor: User | None, _now: datetime) -> None:
    """Somebody who is erased is named by no line on another contact's timeline that a merge has left."""
    merges = sa.select(ContactMerge.id).where(
        sa.or_(ContactMerge.kept_id == contact.id, ContactMerge.gone_id == contact.id)
    )
    forget_names((EventKind.MERGED, EventKind.UNMERGED), merges)


def forget_names(kinds: Collection[EventKind], about: sa.Select[int]) -> None:
    """Blot out whom these lines name."""
    lines = sa.update(LeadEvent).where(LeadEvent.kind.in_(kinds), LeadEvent.about_id.in_(about)).values(text=None)
    db.session.execute(lines.execution_options(synchronize_session=False))
