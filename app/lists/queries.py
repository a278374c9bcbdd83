from collections.abc import Sequence

import sqlalchemy as sa

from app.core.db import db
from app.core.words import sort_key
from app.lists.models import ListColumns, ListOf, SavedView


def columns_of(user_id: int, list_of: ListOf) -> str | None:
    """The columns that a user has chosen for a list, as `core.columns` writes them; None where they have not."""
    query = sa.select(ListColumns.columns).where(ListColumns.user_id == user_id, ListColumns.list_of == list_of)
    return db.session.scalar(query)


def views_for(user_id: int, list_of: ListOf) -> Sequence[SavedView]:
    """A user's own views of a list and those shared with all, by name."""
    query = sa.select(SavedView).where(
        SavedView.list_of == list_of,
        SavedView.removed_at.is_(None),
        sa.or_(SavedView.user_id == user_id, SavedView.is_shared),
    )
    return sorted(db.session.scalars(query), key=lambda view: (sort_key(view.name), view.id))


def view_to_change(view_id: int) -> SavedView | None:
    """The view, locked until the write ends."""
    return db.session.scalar(sa.select(SavedView).where(SavedView.id == view_id).with_for_update())
