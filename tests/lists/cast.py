"""Changes to many, made and carried out by the rooms' own functions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import User
from app.core.db import db, writing
from app.leads.models import Lead
from app.lists.carrying import carry_on
from app.lists.change_queries import change_to_carry
from app.lists.changing import begin, choose, say, undo
from app.lists.models import BulkChange, BulkChangeRow, BulkKind, ListOf, RowState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

LATER = NOW + timedelta(minutes=2)


def add_leads(count: int, owner: User | None = None) -> list[Lead]:
    """So many leads, each of a contact of its own, with an address."""
    return [
        add_lead(add_contact(f"Kontakt {number:04}", email=f"k{number}@example.se"), owner=owner)
        for number in range(1, count + 1)
    ]


def keep_choice(
    kind: BulkKind, row_ids: Sequence[int], choice: dict[str, Any], actor: User, list_of: ListOf = ListOf.LEADS
) -> int:
    """A change of which it is said what becomes of its rows, and that has not begun; its key."""
    with writing():
        change = choose(list_of, kind, row_ids, "/leads/", actor, NOW)
        if kind is not BulkKind.ERASE:
            say(change, choice)
    return change.id


def begin_change(change_id: int) -> None:
    """Let it begin, and carry out nothing of it yet."""
    with writing():
        change = change_to_carry(change_id)
        assert change is not None
        begin(change)


def to_the_end(change_id: int, now: datetime = NOW) -> None:
    """Carry out all of it."""
    while carry_on(change_id, now):
        pass


def change_many(
    kind: BulkKind, row_ids: Sequence[int], choice: dict[str, Any], actor: User, list_of: ListOf = ListOf.LEADS
) -> int:
    """The whole of it; its key."""
    change_id = keep_choice(kind, row_ids, choice, actor, list_of)
    begin_change(change_id)
    to_the_end(change_id)
    return change_id


def undo_change(change_id: int, actor: User, now: datetime = LATER) -> None:
    """Take all of it back."""
    with writing():
        change = change_to_carry(change_id)
        assert change is not None
        undo(change, actor, now)
    to_the_end(change_id, now)


def states(change_id: int) -> dict[int, tuple[RowState, str | None]]:
    """What has become of each row, and why where it was left or kept."""
    db.session.rollback()
    rows = db.session.scalars(db.select(BulkChangeRow).filter_by(change_id=change_id).order_by(BulkChangeRow.row_id))
    return {row.row_id: (row.state, row.why) for row in rows}


def the_change(change_id: int) -> BulkChange:
    """It as it stands."""
    db.session.rollback()
    return db.session.get_one(BulkChange, change_id)
