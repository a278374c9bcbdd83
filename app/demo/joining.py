"""People who wrote from two mailboxes, and two who wrote from one: whom the reseller has joined and told apart."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.comparing import compare
from app.contacts.merge_facts import suggested_kept
from app.contacts.merging import merge
from app.contacts.models import Contact
from app.core.db import db
from app.core.words import sort_key
from app.core.workdays import is_working_day
from app.demo.timing import Present
from app.enquiries.models import Enquiry
from app.enquiries.splitting import Wanted, split_off

WROTE_TWICE = ("Carola Wrede", "Carola Wrede Holm")
SHARES_A_MAILBOX = "Monica Wall"


def join_who_wrote_twice(actor: User, present: Present) -> None:
    """Merge the two contacts on the working day before today, into the one known first. It can be taken back."""
    keys = [sort_key(name) for name in WROTE_TWICE]
    one, other = db.session.scalars(sa.select(Contact).where(Contact.name_key.in_(keys)).order_by(Contact.id)).all()
    kept = suggested_kept(one, other)
    merge(kept, other if kept is one else one, {}, actor, _working_day_before(present, time(14, 10)))


def part_who_share_a_mailbox(actor: User, present: Present) -> None:
    """Move what the one wrote off the lead of the other, on the same day. It can be taken back."""
    enquiry = db.session.scalars(sa.select(Enquiry).where(Enquiry.name == SHARES_A_MAILBOX)).one()
    if enquiry.lead is not None:
        split_off(enquiry, Wanted(enquiry.lead.contact_id), actor, _working_day_before(present, time(14, 25)))


def _working_day_before(present: Present, at: time) -> datetime:
    day = present.today - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return present.at(day, at)


def compare_everybody(now: datetime) -> None:
    """Ask about all who may be one person, as the scheduler does night by night."""
    for contact in db.session.scalars(sa.select(Contact).order_by(Contact.id)).all():
        compare(contact, now)
