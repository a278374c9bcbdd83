"""A mother and a daughter with one mailbox: what the daughter wrote has landed on the mother's lead."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.merge_facts import Fact
from app.contacts.models import Contact
from app.core.db import db, writing
from app.enquiries.models import Enquiry
from app.enquiries.splits import EnquirySplit
from app.enquiries.splitting import Wanted, split_off
from app.enquiries.unsplitting import undo_split
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent

MAILBOX = "familjen@example.se"
LATER = NOW + timedelta(days=2)


@dataclass(frozen=True)
class Shared:
    """The keys of the mother, of her lead and her own enquiry, and of the daughter's enquiry that has joined it."""

    mother: int
    lead: int
    own: int
    enquiry: int


def make_shared(mailbox: str = MAILBOX, phone: str = "070-174 06 41") -> Shared:
    """Karin has asked for herself; a week later Karin Ek, her daughter, asks about a trial and allows tips."""
    first = recorded(sent("Hur länge?", name="Karin Berg", email=mailbox), NOW - timedelta(days=7))
    second = recorded(
        sent("Kan jag få prova?", name="Karin Ek", email=mailbox, phone=phone, tips_version="tips-1"), NOW
    )
    assert first.lead is not None
    assert second.lead_id == first.lead_id
    return Shared(first.lead.contact_id, first.lead.id, first.id, second.id)


def parted(
    enquiry_id: int,
    actor: User,
    to: int | None = None,
    *,
    is_whole: bool = False,
    forgotten: tuple[Fact, ...] = (),
    from_id: int | None = None,
) -> EnquirySplit:
    """Move the enquiry, to a new contact where none is named; from whose it is, where nobody else is."""
    with writing():
        contact = db.session.get_one(Contact, to) if to else None
        enquiry = db.session.get_one(Enquiry, enquiry_id)
        owner_id = enquiry.lead.contact_id if enquiry.lead else 0
        wanted = Wanted(from_id or owner_id, contact, is_whole, forgotten)
        return split_off(enquiry, wanted, db.session.get_one(User, actor.id), LATER)


def taken_back(split: EnquirySplit, actor: User) -> None:
    """Undo the move, a day later."""
    with writing():
        itself = db.session.get_one(EnquirySplit, split.id)
        undo_split(itself, db.session.get_one(User, actor.id), LATER + timedelta(days=1))


def contact_of(enquiry_id: int) -> Contact:
    """Whose the enquiry is by now."""
    db.session.rollback()
    query = sa.select(Enquiry).where(Enquiry.id == enquiry_id)
    enquiry = db.session.scalars(query.execution_options(populate_existing=True)).one()
    assert enquiry.lead is not None
    return enquiry.lead.contact
