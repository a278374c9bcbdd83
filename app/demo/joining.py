"""People who wrote from two mailboxes: one whom the reseller has made one contact of, others who are asked about."""

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

WROTE_TWICE = ("Carola Wrede", "Carola Wrede Holm")


def join_who_wrote_twice(actor: User, present: Present) -> None:
    """Merge the two contacts on the working day before today, into the one known first. It can be taken back."""
    keys = [sort_key(name) for name in WROTE_TWICE]
    one, other = db.session.scalars(sa.select(Contact).where(Contact.name_key.in_(keys)).order_by(Contact.id)).all()
    kept = suggested_kept(one, other)
    day = present.today - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    merge(kept, other if kept is one else one, {}, actor, present.at(day, time(14, 10)))


def compare_everybody(now: datetime) -> None:
    """Ask about all who may be one person, as the scheduler does night by night."""
    for contact in db.session.scalars(sa.select(Contact).order_by(Contact.id)).all():
        compare(contact, now)
