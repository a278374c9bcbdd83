import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.rows import table_of
from app.leads.models import Lead
from app.lists.change_queries import CAN_BE_UNDONE, can_be_undone, contacts_behind, rows_in
from app.lists.choices import Choice, deed_of, settle_choice
from app.lists.deeds import AT_ONCE, GONE, Deed
from app.lists.models import BulkChange, BulkChangeRow, BulkKind, BulkState, ListOf, RowState

MOST_ROWS = 5000
"""How many rows one change takes."""

TOO_MANY = _l("Högst 5 000 åt gången. Välj snävare med filtren, eller bocka för en sida i taget.")
NOTHING_CHOSEN = _l("Välj minst en rad först.")
FOR_CONTACTS = (BulkKind.TAG, BulkKind.UNTAG, BulkKind.ERASE)
"""What can be done to contacts; the rest are matters of leads."""
KEPT_FOR = timedelta(days=30)
"""How long the list of changes remembers that something was done to many."""
TOLD_FOR = timedelta(days=1)
"""How long it can tell who was left as they were."""


def choose(
    list_of: ListOf, kind: BulkKind, row_ids: Collection[int], came_from: str, actor: User, now: datetime
) -> BulkChange:
    """Keep which rows something is to be done to. Nothing happens to them yet.

    Who erases leads erases the people behind them. Refused where there are no rows, or more than MOST_ROWS.
    """
    if list_of is ListOf.CONTACTS and kind not in FOR_CONTACTS:
        raise RuleBroken(_l("Så kan man inte göra med kontakter."))
    if kind is BulkKind.ERASE and list_of is ListOf.LEADS:
        list_of, row_ids = ListOf.CONTACTS, contacts_behind(row_ids)
    if not row_ids:
        raise RuleBroken(NOTHING_CHOSEN)
    if len(row_ids) > MOST_ROWS:
        raise RuleBroken(TOO_MANY)
    change = BulkChange(list_of=list_of, kind=kind, actor_id=actor.id, came_from=came_from, made_at=now)
    change.choice = "{}" if kind is BulkKind.ERASE else None
    db.session.add(change)
    db.session.flush()
    db.session.execute(
        sa.insert(table_of(BulkChangeRow)),
        [{"change_id": change.id, "row_id": row_id} for row_id in sorted(set(row_ids))],
    )
    return change


def say(change: BulkChange, choice: Choice) -> None:
    """Keep what is to become of the rows. Refused once it has begun."""
    _refuse_begun(change)
    change.choice = json.dumps(choice)


def begin(change: BulkChange) -> None:
    """From now on it is carried out. Once it has begun, nothing changes."""
    if change.state is not BulkState.CHOSEN:
        return
    if change.choice is None:
        raise RuleBroken(_l("Säg först vad som ska ändras."))
    settle_choice(change)
    change.state = BulkState.RUNNING


def undo(change: BulkChange, actor: User, now: datetime) -> None:
    """From now on it is taken back. Refused for an erasure, and when ten minutes have passed."""
    if change.state in (BulkState.UNDOING, BulkState.UNDONE):
        return
    if change.kind is BulkKind.ERASE:
        raise RuleBroken(_l("En radering går inte att ångra."))
    if not can_be_undone(change, now):
        raise RuleBroken(_l("Det har gått mer än tio minuter, så ändringen går inte att ångra."))
    change.state = BulkState.UNDOING
    change.undone_by_id = actor.id


def _refuse_begun(change: BulkChange) -> None:
    if change.state is not BulkState.CHOSEN:
        raise RuleBroken(_l("Ändringen är redan gjord."))


def next_rows(change: BulkChange | None, now: datetime, most: int = AT_ONCE) -> bool:
    """Carry out or take back the next rows of a locked change. False where none is left, or it is not under way."""
    if change is None or not change.is_under_way:
        return False
    if next_row_id(change) is None:  # before all that may be refused, so that it comes to its end whatever is gone
        _finish(change, now)
        return False
    deed = deed_of(change)
    rows = rows_in(change.id, _from(change), min(most, deed.at_once))
    actor = db.session.get_one(User, change.undone_by_id or change.actor_id)
    with force_locale(actor.language):
        act = _act if change.state is BulkState.RUNNING else _take_back
        act(change, deed, rows, actor, now)
    return True


def next_row_id(change: BulkChange | None) -> int | None:
    """The key of the row that `next_rows` would begin with; None where it would not begin."""
    if change is None or not change.is_under_way:
        return None
    return next((row.row_id for row in rows_in(change.id, _from(change), 1)), None)


def leave_next(change: BulkChange | None, row_id: int | None, why: Any) -> None:
    """Leave the next row as it is, for a reason, where it still is the one of that key: another may have been at it."""
    if change is None or row_id is None or next_row_id(change) != row_id:
        return
    for row in rows_in(change.id, _from(change), 1):
        _leave(change, row, why)


def _from(change: BulkChange) -> RowState:
    return RowState.WAITING if change.state is BulkState.RUNNING else RowState.CHANGED


def _leave(change: BulkChange, row: BulkChangeRow, why: Any) -> None:
    row.state = RowState.LEFT if change.state is BulkState.RUNNING else RowState.KEPT
    row.why = str(why)


def _act(change: BulkChange, deed: Deed, rows: Sequence[BulkChangeRow], actor: User, now: datetime) -> None:
    row_ids = [row.row_id for row in rows]
    held = deed.lock(row_ids)
    against = deed.reasons_against(row_ids)
    befores = deed.act([row_id for row_id in row_ids if row_id not in against], actor, now)
    for row in rows:
        if row.row_id in befores:
            row.state, row.before = RowState.CHANGED, json.dumps(befores[row.row_id])
        else:
            _leave(change, row, against.get(row.row_id, GONE))
    change.rows_changed += len(befores)
    del held


def _take_back(change: BulkChange, deed: Deed, rows: Sequence[BulkChangeRow], actor: User, now: datetime) -> None:
    befores = {row.row_id: json.loads(row.before) for row in rows if row.before is not None}
    held = deed.lock(list(befores))
    kept = deed.take_back(befores, actor, now)
    for row in rows:
        if row.row_id in befores and row.row_id not in kept:
            row.state = RowState.RESTORED
        else:
            _leave(change, row, kept.get(row.row_id, GONE))
    del held


def _finish(change: BulkChange, now: datetime) -> None:
    if change.state is BulkState.RUNNING:
        change.state, change.done_at = BulkState.DONE, now
    else:
        change.state, change.undone_at = BulkState.UNDONE, now


def forget(now: datetime) -> int:
    """Clear how rows were before, once nobody can take it back; and old changes whole. Says how many changes it was.

    Who was left as they were, and why, is kept for a day; what was chosen and never begun, no longer.
    """
    over = sa.select(BulkChange.id).where(_is_over(now), BulkChange.choice.is_not(None)).order_by(BulkChange.id)
    forgotten = db.session.scalars(over.with_for_update()).all()  # whoever takes one back at this moment was in time
    rows, changes = table_of(BulkChangeRow), table_of(BulkChange)
    db.session.execute(sa.update(rows).where(rows.c.change_id.in_(forgotten)).values(before=None))
    db.session.execute(sa.update(changes).where(changes.c.id.in_(forgotten)).values(choice=None, came_from=None))
    told = sa.select(BulkChange.id).where(BulkChange.made_at <= now - TOLD_FOR, BulkChange.choice.is_(None))
    db.session.execute(sa.delete(rows).where(rows.c.change_id.in_(told), rows.c.state != RowState.WAITING))
    is_old = sa.or_(
        BulkChange.made_at <= now - KEPT_FOR,
        sa.and_(BulkChange.state == BulkState.CHOSEN, BulkChange.made_at <= now - TOLD_FOR),
    )
    db.session.execute(sa.delete(BulkChange).where(is_old).execution_options(synchronize_session=False))
    return len(forgotten)


def _is_over(now: datetime) -> sa.ColumnElement[bool]:
    is_past = sa.and_(BulkChange.state == BulkState.DONE, BulkChange.done_at <= now - CAN_BE_UNDONE)
    return sa.or_(is_past, BulkChange.state == BulkState.UNDONE)


def forget_in_changes(contact: Contact, _actor: User | None, _now: datetime) -> None:
    """What was written of an erased person for the sake of undoing. Registered with the contacts."""
    rows = table_of(BulkChangeRow)
    theirs = sa.select(Lead.id).where(Lead.contact_id == contact.id)
    is_of = {ListOf.LEADS: rows.c.row_id.in_(theirs), ListOf.CONTACTS: rows.c.row_id == contact.id}
    for list_of, is_theirs in is_of.items():
        changes = sa.select(BulkChange.id).where(BulkChange.list_of == list_of)
        cleared = sa.update(rows).where(is_theirs, rows.c.change_id.in_(changes))
        db.session.execute(cleared.values(before=None, why=None))
