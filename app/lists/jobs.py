from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from app.contacts.tags import Tag, count_deleted
from app.core.clock import running_from
from app.core.db import writing
from app.core.one_by_one import one_by_one
from app.leads.hand_overs import HandOver
from app.lists.carrying import carry_on
from app.lists.change_queries import under_way
from app.lists.changing import forget
from app.lists.models import SavedView
from app.lists.services import KEPT


def carry_on_changes(now: datetime) -> int:
    """Carry out what was begun and nobody looks at any more; says how many changes that was."""
    clock = running_from(now)  # the time to take a change back begins when it has come to its end
    return one_by_one(under_way(), lambda change_id: _to_its_end(change_id, clock))


def _to_its_end(change_id: int, clock: Callable[[], datetime]) -> int:
    while carry_on(change_id, clock()):
        pass
    return 1


def forget_changes(now: datetime) -> int:
    """Clear how rows were before, where nobody can take it back any more; says how many changes that was."""
    with writing():
        return forget(now)


def forget_removed(now: datetime) -> int:
    """Delete what nobody wants back any more: tags and views that were removed, and what was handed over."""
    with writing():
        old = [sa.delete(table).where(table.removed_at < now - KEPT) for table in (Tag, SavedView)]
        old.append(sa.delete(HandOver).where(HandOver.made_at < now - KEPT))
        return sum(count_deleted(each) for each in old)
