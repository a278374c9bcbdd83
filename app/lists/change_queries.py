from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.contacts.models import Contact, Subject
from app.core.db import db
from app.leads.models import Lead
from app.lists.models import UNDER_WAY, BulkChange, BulkChangeRow, BulkState, ListOf, RowState
from app.trials.queries import lock_units_of_leads

CAN_BE_UNDONE = timedelta(minutes=10)
"""How long a change can be taken back."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a row of a list is called."""

    row_id: int
    name: str
    about: str | None = None


def names_of(list_of: ListOf, row_ids: Collection[int]) -> dict[int, Name]:
    """What these leads or contacts are called, by their keys; those that are gone are not in it."""
    if list_of is ListOf.CONTACTS:
        contacts = sa.select(Contact.id, Contact.name).where(Contact.id.in_(row_ids))
        return {row_id: Name(row_id, name) for row_id, name in db.session.execute(contacts)}
    leads = sa.select(Lead.id, Contact.name, Subject.name).join(Lead.contact).join(Lead.subject)
    return {row[0]: Name(*row) for row in db.session.execute(leads.where(Lead.id.in_(row_ids)))}


def contacts_behind(lead_ids: Collection[int]) -> list[int]:
    """The keys of the contacts that these leads belong to."""
    query = sa.select(Lead.contact_id).where(Lead.id.in_(lead_ids)).distinct().order_by(Lead.contact_id)
    return list(db.session.scalars(query))


def leads_called(lead_ids: Collection[int]) -> Sequence[Lead]:
    """The leads of these keys that are there, each with its contact and nothing more."""
    query = sa.select(Lead).where(Lead.id.in_(lead_ids)).options(joinedload(Lead.contact, innerjoin=True))
    return db.session.scalars(query).all()


def lock_leads(lead_ids: Collection[int]) -> Sequence[Lead]:
    """The leads, locked with what comes before and after them, each in the order of their keys."""
    lock_units_of_leads(lead_ids)
    query = sa.select(Lead).where(Lead.id.in_(lead_ids)).options(joinedload(Lead.contact, innerjoin=True))
    leads = db.session.scalars(query.order_by(Lead.id).with_for_update(of=Lead)).all()
    theirs = Contact.id.in_(sa.select(Lead.contact_id).where(Lead.id.in_(lead_ids)))
    db.session.scalars(sa.select(Contact.id).where(theirs).order_by(Contact.id).with_for_update(key_share=True)).all()
    return leads


def change_with_all(change_id: int) -> BulkChange | None:
    """The change with who makes it."""
    return db.session.scalar(
        sa.select(BulkChange).where(BulkChange.id == change_id).options(joinedload(BulkChange.actor))
    )


def change_to_carry(change_id: int) -> BulkChange | None:
    """The change, locked until the write ends, before any of its rows."""
    return db.session.scalar(sa.select(BulkChange).where(BulkChange.id == change_id).with_for_update())


def under_way() -> Sequence[int]:
    """The keys of the changes that are being carried out or taken back, the oldest first."""
    query = sa.select(BulkChange.id).where(BulkChange.state.in_(UNDER_WAY))
    return db.session.scalars(query.order_by(BulkChange.id)).all()


def rows_in(change_id: int, state: RowState, limit: int) -> Sequence[BulkChangeRow]:
    """Some rows of a change that stand in a state, in the order of their keys."""
    query = sa.select(BulkChangeRow).where(BulkChangeRow.change_id == change_id, BulkChangeRow.state == state)
    return db.session.scalars(query.order_by(BulkChangeRow.row_id).limit(limit)).all()


def row_ids_of(change_id: int) -> Sequence[int]:
    """The keys of all rows of a change."""
    query = sa.select(BulkChangeRow.row_id).where(BulkChangeRow.change_id == change_id)
    return db.session.scalars(query.order_by(BulkChangeRow.row_id)).all()


def counts_of(change_id: int) -> dict[RowState, int]:
    """How many rows of a change stand where; states without any are not in it."""
    query = sa.select(BulkChangeRow.state, sa.func.count()).where(BulkChangeRow.change_id == change_id)
    return dict(db.session.execute(query.group_by(BulkChangeRow.state)).all())


def reasons_in(change_id: int, state: RowState) -> dict[int, str]:
    """Why rows of a change were left or kept, by their keys."""
    query = sa.select(BulkChangeRow.row_id, BulkChangeRow.why).where(
        BulkChangeRow.change_id == change_id, BulkChangeRow.state == state
    )
    return {row_id: why or "" for row_id, why in db.session.execute(query.order_by(BulkChangeRow.row_id))}


def latest_changes(limit: int = 50) -> Sequence[BulkChange]:
    """What was done to many last, the latest first."""
    query = sa.select(BulkChange).where(BulkChange.state != BulkState.CHOSEN).options(joinedload(BulkChange.actor))
    return db.session.scalars(query.order_by(BulkChange.made_at.desc(), BulkChange.id.desc()).limit(limit)).all()


def can_be_undone(change: BulkChange, now: datetime) -> bool:
    """Whether there is still time to take it back."""
    return change.state is BulkState.DONE and change.done_at is not None and now < change.done_at + CAN_BE_UNDONE
