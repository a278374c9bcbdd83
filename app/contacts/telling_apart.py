"""Two contacts are said to be two people, so that nobody is asked of them; and how that is taken back."""

from datetime import datetime

import sqlalchemy as sa

from app.contacts.merge_rows import Row, as_json, from_json
from app.contacts.models import Contact, DuplicateReason, PossibleDuplicate
from app.core.db import db
from app.core.rows import plain, store, table_of


def add_told_apart(contact_id: int, other_id: int, now: datetime) -> PossibleDuplicate:
    """Two of whom nobody has asked yet: from now on nobody does."""
    return store(
        plain(
            PossibleDuplicate,
            contact_id=contact_id,
            other_id=other_id,
            reason=DuplicateReason.SHARED_ADDRESS,
            found_at=now,
            decided_at=now,
            are_same=False,
        )
    )


def tell_apart(one: Contact, other: Contact, now: datetime) -> Row:
    """They are two people, whatever was asked or answered before; gives what `ask_as_before` wants to know."""
    pair = PossibleDuplicate
    either = sa.select(pair).where(pair.contact_id.in_((one.id, other.id)), pair.other_id.in_((one.id, other.id)))
    found = db.session.scalar(either.with_for_update())
    if found is None:
        return {"id": add_told_apart(one.id, other.id, now).id, "before": None}
    before = as_json({"decided_at": found.decided_at, "are_same": found.are_same})
    found.are_same, found.decided_at = False, now
    return {"id": found.id, "before": before}


def ask_as_before(told: Row, told_at: datetime) -> None:
    """Take back that two were told apart at that moment, where nobody has decided anew since."""
    found = db.session.get(PossibleDuplicate, told["id"])
    if found is None or found.decided_at != told_at:
        return
    if told["before"] is None:
        db.session.delete(found)
        return
    before = from_json(table_of(PossibleDuplicate), told["before"])
    found.decided_at, found.are_same = before["decided_at"], before["are_same"]
