"""What Maj did to many at once a moment ago, and can still take back: a tag for the latest contacts."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import db
from app.lists.changing import begin, choose, next_rows, say
from app.lists.models import BulkKind, ListOf

LATEST = 12
A_MOMENT = timedelta(minutes=2)


def tag_the_latest(maj: User, now: datetime) -> None:
    """They are to have a letter before Christmas."""
    moment = now - A_MOMENT
    latest = sa.select(Contact.id).order_by(Contact.active_at.desc(), Contact.id).limit(LATEST)
    change = choose(ListOf.CONTACTS, BulkKind.TAG, db.session.scalars(latest).all(), "/contacts/", maj, moment)
    say(change, {"new_tag": "Julbrev"})
    begin(change)
    while next_rows(change, moment):
        pass
